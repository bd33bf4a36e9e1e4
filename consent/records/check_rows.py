"""Checks audit/rows.json with nothing but Python's standard library: python3 check_rows.py audit/rows.json

Every row must lead to the signed root: its leaf is SHA-256 over a zero byte and its bytes, an inner node SHA-256 over a
one byte and its two children (RFC 9162, sections 2.1.1 and 2.1.3.2). The signature over the root is checked with
openssl, as the text beside this file says.
"""

import base64
import hashlib
import json
import sys
from pathlib import Path


def leads_to_root(row, size, root):
    """Whether the path of one row ends at the root of a tree of ``size`` rows."""
    node = hashlib.sha256(b"\x00" + row["leaf"].encode()).digest()
    index, last = row["sequence"] - 1, size - 1
    for sibling in map(bytes.fromhex, row["path"]):
        if last == 0:
            return False
        if index & 1 or index == last:
            node = hashlib.sha256(b"\x01" + sibling + node).digest()
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\x01" + node + sibling).digest()
        index, last = index >> 1, last >> 1
    return last == 0 and node.hex() == root


def main(path):
    """Prints what is wrong; answers 0 if nothing is."""
    log = json.loads(Path(path).read_text(encoding="utf-8"))
    _origin, size, root = log["signed_text"].split("\n")[:3]
    signed = (int(size), base64.b64decode(root).hex()) == (log["tree_size"], log["root"])
    wrong = [row["sequence"] for row in log["rows"] if not leads_to_root(row, log["tree_size"], log["root"])]
    if not signed or wrong:
        sys.stdout.write(f"NOT GOOD: rows {wrong}, root and size as signed: {signed}\n")
        return 1
    sys.stdout.write(f"good: {len(log['rows'])} rows lead to the signed root\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
