// Compiles the program, its tests and the search page into dist/. Run by every npm script that needs it.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, rmSync } from 'node:fs';

const PAGE = 'src/page';

rmSync('dist', { recursive: true, force: true });
compile('tsconfig.json');
compile(`${PAGE}/tsconfig.json`);
for (const name of ['index.html', 'style.css', 'icon.svg']) cpSync(`${PAGE}/${name}`, `dist/${PAGE}/${name}`);
cpSync('src/onnx/file/onnx.proto', 'dist/src/onnx/file/onnx.proto');
chmodSync('dist/src/cli/main.js', 0o755); // what `npm link` points at

function compile(project) {
  const { status } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', project], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}
