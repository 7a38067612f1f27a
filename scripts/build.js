// Builds dist/ (or the folder named by --out) from src/: one unminified bundle of everything, the
// few-line entry of each action beside it, the CLI, and the licences of what was bundled.
import { copyFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { compile, ROOT, runNode } from './compile.js'

const { values } = parseArgs({ options: { out: { type: 'string', default: `${ROOT}/dist` } } })
const out = resolve(values.out)

compile()
loadInOneBundle()
// ncc never removes what an earlier build left.
rmSync(out, { recursive: true, force: true })
const options = ['-o', out, '--license', 'licenses.txt', '-q']
runNode('node_modules/@vercel/ncc/dist/ncc/cli.js', 'build', 'build/index.js', ...options)
cpSync(`${ROOT}/build/main`, `${out}/main`, { recursive: true })
copyFileSync(`${ROOT}/build/cli.js`, `${out}/cli.js`)

/**
 * What is imported when it is needed stays in the one bundle: in chunks of their own ncc would name
 * files by paths and forget licences. The comment is webpack's, and tsc drops comments.
 */
function loadInOneBundle() {
  for (const file of ['build/shell/action.js', 'build/shell/world.js']) {
    const code = readFileSync(`${ROOT}/${file}`, 'utf8')
    const eager = code.replace(/\bimport\('(@actions\/)/g, 'import(/* webpackMode: "eager" */ \'$1')
    if (eager === code) throw new Error(`${file} imports nothing when it is needed`)
    writeFileSync(`${ROOT}/${file}`, eager)
  }
}
