"""Makes everything anew."""

from tests.generate import editors, readme, terminal

terminal.FILE.write_text(terminal.draw(terminal.output()), encoding="utf-8")
readme.FILE.write_text(readme.renewed(readme.FILE.read_text(encoding="utf-8")), encoding="utf-8")
editors.write()
