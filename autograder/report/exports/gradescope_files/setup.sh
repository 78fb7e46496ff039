#!/usr/bin/env bash
# Gradescope runs this once, when it builds the image of this autograder.
set -euo pipefail

home="${AUTOGRADER_HOME:-/autograder}"
camlab="$home/source/camlab"

apt-get update
apt-get install --yes --no-install-recommends bubblewrap python3 python3-venv

python3 -m venv "$home/venv"
"$home/venv/bin/pip" install --requirement "$camlab/requirements.lock"
"$home/venv/bin/pip" install --no-deps --editable "$camlab"

bash "$home/source/prepare"
