"""Makes a Maildir for pymap with one user, and certificates for both servers.

Arguments: the folder, the user name, the password. In the folder are afterwards: box/ (for `pymap maildir`), ca.pem, and
server.pem (key and certificate for 127.0.0.1 and localhost).
"""

import os
import sys

import trustme
from pymap.backend.maildir.users import PasswordsFile, UsersFile
from pysasl.hashing import BuiltinHash

folder, user, password = sys.argv[1:]
box = os.path.join(folder, "box")
os.makedirs(box, exist_ok=True)
with open(UsersFile.get_file(box), "w") as users:
    users.write(f"{user}:x::::{user}:\r\n")
with open(PasswordsFile.get_file(box), "w") as passwords:
    hashed = BuiltinHash().hash(password).replace(":", "\\:")
    passwords.write(f"{user}:{hashed}:::::::\r\n")
ca = trustme.CA()
ca.cert_pem.write_to_path(os.path.join(folder, "ca.pem"))
ca.issue_cert("127.0.0.1", "localhost").private_key_and_cert_chain_pem.write_to_path(os.path.join(folder, "server.pem"))
