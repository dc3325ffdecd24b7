"""Checks what the manifests here tell the service: called by `check`.

Every variable that one of them sets is one that the service reads, and with these variables and fresh secrets as files the service's own
`config check` passes without a warning. Arguments: the service, and a directory to work in.
"""

import pathlib
import re
import shlex
import subprocess
import sys

import yaml

SERVICE, WORK = sys.argv[1], pathlib.Path(sys.argv[2])
HERE = pathlib.Path(__file__).parent


def service(arguments, env, directory):
    """Runs `service config …` with these variables and no others."""
    return subprocess.run(
        [SERVICE, "config", *arguments], env=env, cwd=directory, capture_output=True, text=True, check=False
    )


def kubernetes():
    """The variables and the secrets of the deployment."""
    deployment = yaml.safe_load((HERE / "kubernetes/deployment.yaml").read_text())
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    # What the cluster fills in is an address.
    return {one["name"]: one.get("value", "10.1.2.3") for one in container["env"]}, None


def compose():
    """Those of the image, and the secrets of its container."""
    one = yaml.safe_load((HERE / "compose.yaml").read_text())["services"]["service"]
    text = (HERE / "Dockerfile").read_text().replace("\\\n", " ")
    pairs = " ".join(re.findall(r"^ENV (.*)$", text, re.MULTILINE))
    return dict(pair.split("=", 1) for pair in shlex.split(pairs)), one["secrets"]


def systemd():
    """Those of the unit, and its credentials."""
    unit = (HERE / "systemd/demo.service").read_text()
    drop_in = (HERE / "systemd/demo.service.d/plain-credentials.conf").read_text()
    names = re.findall(r"^LoadCredentialEncrypted=([A-Z_]+):", unit, re.MULTILINE)
    assert names == re.findall(r"^LoadCredential=([A-Z_]+):", drop_in, re.MULTILINE), "the drop-in has other credentials"
    pairs = " ".join(re.findall(r"^Environment=(.*)$", unit, re.MULTILINE))
    return dict(pair.split("=", 1) for pair in shlex.split(pairs)), names


def main():
    known = {"APP_ENV", *re.findall(r"^  ([A-Z][A-Z0-9_]+)$", service(["--help"], {}, WORK).stdout, re.MULTILINE)}
    missing = service(["generate"], {}, WORK).stderr
    required = re.search(r"missing: ([A-Z_, ]+)", missing).group(1).split(", ")
    for manifest in kubernetes, compose, systemd:
        variables, names = manifest()
        unknown = set(variables) - known
        assert not unknown, f"{manifest.__name__} sets what the service does not read: {', '.join(sorted(unknown))}"
        # A secret without a list of names is mounted whole.
        names = required if names is None else names
        assert {name.upper() for name in names} >= set(required), f"{manifest.__name__} leaves out a secret"
        directory = WORK / manifest.__name__
        directory.mkdir()
        for name in names:
            made = service(["generate", name.upper()], {}, directory)
            assert made.returncode == 0, made.stderr
            (directory / name).write_text(made.stdout)
            # As the orchestrators mount it: for reading alone.
            (directory / name).chmod(0o440)
        said = service(["check"], {**variables, "CREDENTIALS_DIRECTORY": str(directory)}, directory)
        assert said.returncode == 0 and not said.stderr, f"{manifest.__name__}: {said.stderr}"
        print(f"   {manifest.__name__}: {said.stdout.strip()}")


main()
