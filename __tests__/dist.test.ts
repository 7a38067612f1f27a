// What the bundle leaves for later, and that the rewriting behind it fails rather than does
// nothing.
import { execFileSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import { loadFromFile, loadWhenUsed } from '../scripts/when-used.js'

const DIST = new URL('../dist/', import.meta.url)

/** The CommonJS files that are loaded once `code` has run beside the bundle. */
function loadedBy(code: string): readonly string[] {
  const report = `import { createRequire } from 'node:module'
    ${code}
    const { cache } = createRequire(import.meta.url)
    console.log(JSON.stringify(Object.keys(cache).map((file) => file.split('/').pop())))`
  const args = ['--input-type=module', '-e', report]
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }))
}

test('the bundle starts without undici', () => {
  expect(loadedBy(`await import('${new URL('index.js', DIST)}')`)).toEqual([])
})

const MODULE = '\n/***/ 1:\n/***/ ((module) => {\n\n/***/ }),\n'

test.each<readonly [string, () => string]>([
  ['no package to wait with', () => loadWhenUsed(MODULE)],
  ['nothing left out', () => loadFromFile(MODULE, 'undici', 'undici.cjs')],
])('a bundle with %s is an error', (_, rewrite) => {
  expect(rewrite).toThrow('The bundle has nothing like')
})
