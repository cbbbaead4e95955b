/** What the server answers to `shapecheck/panel`. */
export interface Written {
  text: string;
  mathml: string;
}

export interface Variable {
  name: string;
  shape: string;
  properties: string[];
}

export interface Gradient {
  by: string;
  shape?: string;
  formula?: Written;
  reason?: string;
}

export interface Line {
  left: string;
  right: string;
  reason: string;
  mathml: string;
}

export interface Section {
  style: string;
  title: string;
  lines: Line[];
  note?: string;
}

export interface Answer {
  uri: string;
  range: { start: { line: number; character: number }; end: { line: number; character: number } };
  name: string;
  shape: string;
  formula: Written;
  variables: Variable[];
  gradients: Gradient[];
  by: string | null;
  sections: Section[];
  remarks: string[];
  copies: Record<string, string>;
}

/** From the extension to the view. */
export type ToView = { kind: "show"; answer: Answer } | { kind: "nothing"; reason: string };

/** From the view to the extension. */
export type FromView =
  | { kind: "ready" }
  | { kind: "choose"; by: string }
  | { kind: "copy"; notation: string }
  | { kind: "insert"; by: string }
  | { kind: "reveal" };
