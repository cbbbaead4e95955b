"""Patterns of strings and characters that several languages share; see `Language` for what a pattern may be."""

# Not closed, these end with their line.
STRING = r'"(?:[^"\\\n]++|\\.)*+"?'
QUOTED = r"'(?:[^'\\\n]++|\\.)*+'?"
DOUBLED = r'"(?:[^"\n]++|"")*+"?'
DOUBLED_QUOTED = r"'(?:[^'\n]++|'')*+'?"

# These go over line ends.
LONG_STRING = r'"(?:[^"\\]++|\\.)*+"?'
LONG_QUOTED = r"'(?:[^'\\]++|\\.)*+'?"
TRIPLE = r'"""(?:[^"\\]++|\\.|"(?!""))*+(?:""")?'
TRIPLE_QUOTED = r"'''(?:[^'\\]++|\\.|'(?!''))*+(?:''')?"
RAW_TRIPLE = r'"""(?:[^"]++|"(?!""))*+(?:"""++)?'
RAW_TRIPLE_QUOTED = r"'''(?:[^']++|'(?!''))*+(?:'''++)?"
BACKQUOTED = r"`[^`]*+`?"

# A single character; the sign is a lifetime, a prime or a transpose where no character closes it.
CHARACTER = r"'(?:[^'\\\n]|\\[^\n]{1,12}?)'"
CHARACTER_NOT_PRIME = r"'(?<![\w']')(?:[^'\\\n]|\\[^\n]{1,12}?)'"
CHARACTER_NOT_TRANSPOSE = r"'(?<![\w)\]}'.ᵀ]')(?:[^'\\\n]|\\[^\n]{1,12}?)'"
QUOTED_NOT_TRANSPOSE = r"'(?<![\w)\]}'.]')(?:[^'\n]++|'')*+'?"
QUOTED_NOT_SEPARATOR = r"'(?<![0-9a-fA-F]')(?:[^'\\\n]++|\\.)*+'?"
