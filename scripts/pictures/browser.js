// Pages to PNG files by Chromium without a window. No page loads anything from outside.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const WIDTH = 820

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--hide-scrollbars',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const STYLE = `
  body { margin: 0; padding: 16px 24px; font: 14px/1.5 'DejaVu Sans', sans-serif; color: #1f2328; background: #fff }
  h1 { font-size: 22px; margin: 0 0 12px } h2 { font-size: 19px } h3 { font-size: 16px }
  h1, h2 { padding-bottom: 6px; border-bottom: 1px solid #d1d9e0 }
  code, pre, .log { font: 12px/1.5 'DejaVu Sans Mono', monospace }
  code { background: #eff1f3; border-radius: 6px; padding: 2px 5px }
  pre { background: #f6f8fa; border-radius: 6px; padding: 12px; white-space: pre-wrap; overflow-wrap: anywhere; position: relative; padding-right: 64px }
  button { position: absolute; right: 8px; top: 8px; border: 1px solid #d1d9e0; border-radius: 6px; background: #fff; font-size: 11px }
  a { color: #0969da; text-decoration: underline }
  table { border-collapse: collapse; margin: 12px 0 } th, td { border: 1px solid #d1d9e0; padding: 5px 11px; text-align: left }
  .log { background: #1f2328; color: #e6edf3; padding: 12px 16px; margin: 0 -16px; white-space: pre-wrap; overflow-wrap: anywhere }
  .log i { color: #9198a1; font-style: normal } .log b { color: #d29922 }
`

/** @param {string} file @param {string} body HTML. */
export function takePicture(file, body) {
  const folder = mkdtempSync(join(tmpdir(), 'image-release-picture-'))
  try {
    const page = join(folder, 'page.html')
    const measure =
      '<script>document.title = Math.ceil(document.body.getBoundingClientRect().height)</script>'
    writeFileSync(
      page,
      `<!doctype html><meta charset=utf-8><style>${STYLE}</style>${body}${measure}`,
    )
    const open = (height, ...flags) =>
      execFileSync(
        'chromium',
        [
          ...FLAGS,
          `--user-data-dir=${folder}/user`,
          `--window-size=${WIDTH},${height}`,
          ...flags,
          `file://${page}`,
        ],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
      )
    const [, height] = /<title>(\d+)</.exec(open(2000, '--dump-dom')) ?? []
    open(height, `--screenshot=${file}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
