"""What pydantic-settings says when something is wrong: a row for the table of `cargo run --release -p bench-refusals`.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install -q -r requirements.txt && /tmp/venv/bin/python refusals.py

Like the others it loads one struct of four fields, in a process of its own for each question.
"""

import os
import subprocess
import sys
from importlib.metadata import version

SECRET = "Vt8pQz3mXw0rYb6sKd1nHf5uJg9cLa2e"
SOUND = {"SESSION_SECRET": SECRET, "PORT": "8080", "POOL_SIZE": "10", "REGION": "eu"}


def load():
    from pydantic import Field, SecretStr
    from pydantic_settings import BaseSettings

    class Settings(BaseSettings):
        session_secret: SecretStr
        port: int = Field(ge=1, le=65535)
        pool_size: int
        region: str

    Settings()


def said(**changes):
    """What it says of these variables: None when it loads."""
    env = {key.encode(): value.encode() for key, value in SOUND.items()}
    for key, value in changes.items():
        env.pop(key.encode(), None)
        if value is not None:
            env[key.encode()] = value if isinstance(value, bytes) else value.encode()
    run = subprocess.run([sys.executable, __file__, "load"], env=env, capture_output=True)
    text = (run.stdout + run.stderr).decode(errors="replace")
    if "VERBOSE" in os.environ:
        print(text, file=sys.stderr)
    return text if run.returncode else None


def main():
    assert said() is None, "it loads what is sound"
    many = said(PORT="80a", POOL_SIZE=None, REGION=None).lower()
    broken = said(SESSION_SECRET=SECRET.encode() + b"\xff")
    slip = said(SESSION_SECRET=None, SESION_SECRET=SECRET).lower()
    word = lambda yes: "yes" if yes else "no"
    cells = [
        "pydantic-settings " + ".".join(version("pydantic-settings").split(".")[:2]),
        word(said(SESSION_SECRET="changeme")),
        f"{sum(name in many for name in ('port', 'pool_size', 'region'))} of 3",
        "it loads" if broken is None else word(SECRET in broken),
        word(SECRET in said(PORT=SECRET)),
        word("sesion_secret" in slip),
        word(said(SOMEBODY_ELSES=b"\xff")),
    ]
    print("| " + " | ".join(cells) + " |")


if __name__ == "__main__":
    load() if sys.argv[1:] == ["load"] else main()
