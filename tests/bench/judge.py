# SPDX-License-Identifier: LGPL-2.1-or-later
"""judge.py: holds what benchmarks print against its bounds.

Reads lines of
  NAME  OURS  PEER  RATIO  BOUND
where BOUND is "-" or, joined by ", ", any of
  >= N UNIT   <= N UNIT   of OURS, in its unit
  ratio >= N              of RATIO
and prints them with MISSED behind a line whose bound does not hold, or with
"no peer" where a ratio is asked for and there is nothing to compare with. What
is left out says so by a line that ends with "skipped"; any other line that is
not a figure counts as missed, so that nothing fails unseen. Ends with
  N figures, M missed
and exit status 1 if M is not 0."""
import operator
import re
import sys

NUMBER = r"\d+(?:\.\d+)?"
VALUE = NUMBER + r"(?: ?[A-Za-z/]+)?"
CLAUSE = r"(?:[<>]= " + VALUE + "|ratio >= " + NUMBER + ")"
FIGURE = re.compile(
    r"\S.*?\s+(?P<ours>-|" + VALUE + r")\s+(?:-|cannot|" + VALUE + r")\s+"
    r"(?P<ratio>-|" + NUMBER + r")  (?P<bound>-|" + CLAUSE + "(?:, " + CLAUSE +
    r")*)(?:  \([^()]*\))?")
COMPARE = {">=": operator.ge, "<=": operator.le}


def split(value):
    """Number and unit of "5.4 ms" or "2500/s"."""
    number = re.match(NUMBER, value).group()
    return float(number), value[len(number):].strip()


def judge_clause(clause, ours, ratio):
    """"", "MISSED" or "no peer"."""
    if clause.startswith("ratio"):
        if ratio == "-":
            return "no peer"
        value, clause = ratio, clause[len("ratio "):]
    else:
        value = ours
    sign, asked = clause.split(" ", 1)
    if value == "-":
        return "MISSED"
    (number, unit), (bound, bound_unit) = split(value), split(asked)
    if unit != bound_unit or not COMPARE[sign](number, bound):
        return "MISSED"
    return ""


def judge(line):
    """What a line has to be marked with; None: it is not a figure."""
    if line.endswith("skipped"):
        return None
    figure = FIGURE.fullmatch(line)
    if figure is None:
        return "MISSED"
    if figure["bound"] == "-":
        return ""
    verdicts = {judge_clause(clause, figure["ours"], figure["ratio"])
                for clause in figure["bound"].split(", ")}
    return next(v for v in ("MISSED", "no peer", "") if v in verdicts)


def main():
    verdicts = []
    for line in sys.stdin:
        line = line.rstrip()
        verdict = judge(line) if line else None
        if verdict is not None:
            verdicts.append(verdict)
        print(line + ("  " + verdict if verdict else ""), flush=True)
    missed = verdicts.count("MISSED")
    alone = verdicts.count("no peer")
    print("%d figures, %d missed%s" % (
        len(verdicts), missed,
        ", %d without the peer asked for" % alone if alone else ""))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
