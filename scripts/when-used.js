// Rewrites a bundle of ncc so that a start pays only for what the run uses. Half of what is bundled
// is packages that most runs never call (undici, behind the toolkit's OIDC client, is the largest),
// and ncc has no import that waits: of a dynamic import it makes chunks named by paths.

/** Packages whose code runs when the first of their exports is read. */
const PACKAGES = ['@actions/github/node_modules/@actions/http-client', 'tunnel', 'yaml']

const RUNTIME = `
function whenUsed(load) {
    let loaded;
    return new Proxy({}, { get: (_, name) => (loaded ??= load())[name] });
}
`

/**
 * The bundle with every export as before; throws where it does not look as ncc 0.45 writes it.
 * @param {string} bundle
 */
export function loadWhenUsed(bundle) {
  const packages = PACKAGES.reduce(
    (code, name) =>
      replace(code, {
        what: new RegExp(
          `^(// EXTERNAL MODULE: \\S*/node_modules/${name}/.*\\nvar \\w+ = )(__nccwpck_require__\\(\\d+\\));$`,
          'gm',
        ),
        by: '$1whenUsed(() => $2);',
      }),
    bundle,
  )
  return compileWhenUsed(packages) + RUNTIME
}

/**
 * Takes a package that was left out of the bundle from the file beside it, when it is first used.
 * @param {string} bundle
 * @param {string} name
 * @param {string} file
 */
export function loadFromFile(bundle, name, file) {
  const load = `whenUsed(() => __WEBPACK_EXTERNAL_createRequire(import.meta.url)('./${file}'))`
  const required = replace(bundle, {
    what: new RegExp(
      `__WEBPACK_EXTERNAL_createRequire\\(import\\.meta\\.url\\)\\("${name}"\\)`,
      'g',
    ),
    by: load,
  })
  return replace(required, {
    what: new RegExp(`^import \\* as (\\w+) from "${name}";$`, 'gm'),
    by: `const $1 = ${load};`,
  })
}

/**
 * V8 compiles a function in parentheses at once, taking it for one that is called where it stands.
 * @param {string} bundle
 */
function compileWhenUsed(bundle) {
  const plain = replace(bundle, {
    what: /^(\/\*\*\*\/ \d+:\n\/\*\*\*\/ )\((?:function)?\((.*?)\)(?: =>)? \{$/gm,
    by: '$1function($2) {',
  })
  return replace(plain, { what: /^\/\*\*\*\/ \}\)(,?)$/gm, by: '/***/ }$1' })
}

/**
 * @param {string} text
 * @param {{ what: RegExp, by: string }} change
 */
function replace(text, { what, by }) {
  const replaced = text.replace(what, by)
  if (replaced === text) throw new Error(`The bundle has nothing like ${what}`)
  return replaced
}
