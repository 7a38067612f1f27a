// Builds dist/ (or the folder named by --out) from src/: one unminified bundle of everything, the
// few-line entry of each action beside it, the CLI, and the licences of what was bundled. undici,
// half of it all and hardly ever used, is a file of its own.
import { copyFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { compile, ROOT, runNode } from './compile.js'
import { loadFromFile, loadWhenUsed } from './when-used.js'

const { values } = parseArgs({ options: { out: { type: 'string', default: `${ROOT}/dist` } } })
const out = resolve(values.out)
const undici = `${ROOT}/build/undici`

compile()
edit(`${ROOT}/build/shell/action.js`, loadInOneBundle)
edit(`${ROOT}/build/shell/world.js`, loadInOneBundle)
// ncc never removes what an earlier build left.
rmSync(out, { recursive: true, force: true })
bundle('build/index.js', out, '--external', 'undici')
bundle('node_modules/undici/index.js', undici)
copyFileSync(`${undici}/index.js`, `${out}/undici.cjs`)
edit(
  `${out}/licenses.txt`,
  (text) => `${text}\n\n${readFileSync(`${undici}/licenses.txt`, 'utf8')}`,
)
edit(`${out}/index.js`, (code) => loadWhenUsed(loadFromFile(code, 'undici', 'undici.cjs')))
cpSync(`${ROOT}/build/main`, `${out}/main`, { recursive: true })
copyFileSync(`${ROOT}/build/cli.js`, `${out}/cli.js`)

function bundle(entry, folder, ...more) {
  const options = ['-o', folder, '--license', 'licenses.txt', '-q', ...more]
  runNode('node_modules/@vercel/ncc/dist/ncc/cli.js', 'build', entry, ...options)
}

/**
 * What is imported when it is needed stays in the one bundle: in chunks of their own ncc would name
 * files by paths and forget licences. The comment is webpack's, and tsc drops comments.
 */
function loadInOneBundle(code) {
  const eager = code.replace(/\bimport\('(@actions\/)/g, 'import(/* webpackMode: "eager" */ \'$1')
  if (eager === code) throw new Error('Nothing is imported when it is needed')
  return eager
}

function edit(file, change) {
  writeFileSync(file, change(readFileSync(file, 'utf8')))
}
