// Texts that try to break out of what we write, and the property they all have to hold.
import fc from 'fast-check'

/** One of every class of text that means something to Markdown, HTML, GitHub or a reader's eye. */
export const HOSTILE: readonly string[] = [
  '-->',
  '--!>',
  '<!-- image-release: ghcr.io/acme/app -->',
  '<!-- /image-release: ghcr.io/acme/app -->',
  '<!-- image-release-record {"schema":1} -->',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<details open><summary>more</summary>',
  '<https://evil.example>',
  '[click](https://evil.example)',
  '![pixel](https://evil.example/p.png)',
  '[^1] [ref] [x]: https://evil.example',
  'see https://evil.example/login now',
  'HTTP://evil.example',
  'www.evil.example',
  'ftp://evil.example',
  'someone@evil.example',
  '@octocat',
  'a @acme/owners b',
  'octocat@a1b2c3d4e5f60718293a4b5c6d7e8f9001122334',
  '#1 and acme/app#2',
  'GH-3 gh-4 GHSA-aaaa-bbbb-cccc CVE-2021-42574',
  '# heading',
  '- item',
  '+ item',
  '1. item',
  '2) item',
  '===',
  '---',
  '> quote',
  '```\ncode\n```',
  '~~~\ncode',
  '`one` ``two`` ```three',
  '`',
  '``',
  'a | b \\| c \\\\| d',
  '| --- |',
  '**bold** _em_ __b__ ~~gone~~ *x*',
  '\\@octocat \\[x\\]',
  '&lt;b&gt; &#64;octocat &commat;octocat &amp;',
  '$\\href{javascript:alert(1)}{x}$ $$x$$',
  'line one\nline two\r\nline three\u2028four\u2029five\u0085six',
  '\u0000\u0007\u001b[31mred\u001b[0m\u009b',
  '\u202egnp.exe\u2066hidden\u2069',
  'zero\u200bwidth\u200djoin\ufeff\u00ad\u2060',
  '@\u200boctocat and #\u200b1',
  '<\u200bb>',
  '\u{e0041}\u{e0042}tagged\u{e0100}',
  'half \ud800 pair \udc00',
  '😀 日本語 ümlaut',
  '    indented code',
  'trailing spaces  ',
  '::warning::command',
  '${{ github.token }}',
]

/** Pieces of them joined, and arbitrary UTF-16 with halves of pairs. */
export const hostileText = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc
    .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ maxLength: 6 })), { maxLength: 5 })
    .map((pieces) => pieces.join('')),
  fc
    .array(fc.constantFrom(...'<>!-`|@#[]()*_\\&$~:/.w \n\r\taG1'), { maxLength: 24 })
    .map((characters) => characters.join('')),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 })
    .map((units) => String.fromCharCode(...units)),
)

/** Tries every text of the list, and `runs` more that are made of its kinds. */
export function holdsForHostileText(runs: number, holds: (text: string) => void) {
  return fc.assert(fc.property(hostileText, holds), {
    numRuns: runs + HOSTILE.length,
    examples: HOSTILE.map((text): [string] => [text]),
  })
}
