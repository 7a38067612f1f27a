// Makes foreign text harmless in the runner's log: nothing in it can act as a workflow command,
// move the cursor, or show other text than it holds (actions/runner ActionCommand.cs; Trojan
// Source, CVE-2021-42574).

/** C0 and C1 controls but tab and line feed, line and paragraph separators. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be removed
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/gu

/** Bidirectional controls, zero-width characters and Unicode tags. */
const INVISIBLE = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu

// biome-ignore lint/suspicious/noControlCharactersInRegex: colour and cursor sequences begin so
const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?)/gu

/** Text for one or more lines of the log. A line that would be a command gets `> ` before it. */
export function neutralise(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(ANSI, '')
    .replace(CONTROLS, '\ufffd')
    .replace(INVISIBLE, '')
    .replaceAll('##[', '## [')
    .split('\n')
    .map((line) => (line.trimStart().startsWith('::') ? `> ${line}` : line))
    .join('\n')
}
