// Python's versions (packaging.python.org, "Version specifiers", appendix B):
//
//   [v] [epoch "!"] number { "." number } [pre] [post] [dev] [ "+" local ]
//   pre   ("a" | "alpha" | "b" | "beta" | "c" | "rc" | "pre" | "preview") [number]
//   post  "-" number | ("post" | "rev" | "r") [number]       dev  "dev" [number]
//
// Before each word and its number may stand one of `.`, `-`, `_`; case does not matter. The text
// is the canonical spelling: `1.1beta2` becomes `1.1b2`, `1.0dev4` becomes `1.0.dev4`.
import type { Version } from './version.ts'

const GRAMMAR = new RegExp(
  [
    '^v?(?:(?<epoch>\\d{1,15})!)?(?<release>\\d{1,15}(?:\\.\\d{1,15})*)',
    '(?:[-_.]?(?<pre>alpha|a|beta|b|preview|pre|c|rc)(?:[-_.]?(?<preNumber>\\d{1,15}))?)?',
    '(?<post>-(?<bare>\\d{1,15})|[-_.]?(?:post|rev|r)(?:[-_.]?(?<postNumber>\\d{1,15}))?)?',
    '(?<dev>[-_.]?dev(?:[-_.]?(?<devNumber>\\d{1,15}))?)?',
    '(?:\\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?$',
  ].join(''),
  'i',
)

const SPELLING: Readonly<Record<string, string>> = {
  alpha: 'a',
  beta: 'b',
  c: 'rc',
  pre: 'rc',
  preview: 'rc',
}

const PHASES = ['dev', 'a', 'b', 'rc', 'final']

/** undefined: not a version by PEP 440. A post release does not count as stable. */
export function readPep440(text: string): Version | undefined {
  const found = GRAMMAR.exec(text.trim().toLowerCase())?.groups
  if (!found) return undefined
  const epoch = Number(found['epoch'] ?? 0)
  const release = (found['release'] ?? '').split('.').map(Number)
  const pre = found['pre'] && (SPELLING[found['pre']] ?? found['pre'])
  const preNumber = Number(found['preNumber'] ?? 0)
  const post = found['post'] === undefined ? -1 : Number(found['bare'] ?? found['postNumber'] ?? 0)
  const dev = found['dev'] === undefined ? undefined : Number(found['devNumber'] ?? 0)
  const phase = pre ?? (dev !== undefined && post < 0 ? 'dev' : 'final')
  return {
    text: [
      epoch > 0 ? `${epoch}!` : '',
      release.join('.'),
      pre ? `${pre}${preNumber}` : '',
      post < 0 ? '' : `.post${post}`,
      dev === undefined ? '' : `.dev${dev}`,
      found['local'] ? `+${found['local'].replace(/[-_.]/g, '-')}` : '',
    ].join(''),
    epoch,
    release,
    rank: [PHASES.indexOf(phase), preNumber, post, dev ?? Number.MAX_SAFE_INTEGER],
    stable: phase === 'final' && post < 0 && dev === undefined,
    channel: pre ?? '',
  }
}
