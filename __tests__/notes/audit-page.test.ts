// The audit page: whole in itself, for every reader, and nobody's text is markup in it.
import { expect, test } from '@jest/globals'
import { renderAuditPage } from '../../src/notes/audit-page.ts'
import type { AuditReport } from '../../src/notes/audit-report.ts'
import { REPORT, withTexts } from './audit-samples.ts'
import { expectGolden } from './golden-file.ts'
import { holdsForHostileText } from './hostile-text.ts'

const PAGE = renderAuditPage(REPORT)

test('looks as it did; where it is to look otherwise, look at it in a browser', () => {
  expectGolden('audit-page.html', PAGE)
})

/** Names of elements and their attributes, in order. */
function elementsOf(page: string): string[] {
  const body = page.replace(/<style>[\s\S]*?<\/style>/, '')
  return [...body.matchAll(/<(\/?[a-z!][a-z0-9]*)((?:\s+[\w-]+(?:="[^"<>]*")?)*)\s*>|[<>]/gi)].map(
    ([whole, name, attributes = '']) => {
      if (name === undefined) return `stray ${whole}`
      return `${name}${attributes.replace(/="[^"]*"/g, '')}`
    },
  )
}

test('asks for nothing from outside, and runs nothing', () => {
  const elements = new Set(elementsOf(PAGE).map((element) => element.split(' ')[0]))
  for (const active of ['script', 'img', 'iframe', 'object', 'embed', 'form', 'svg', 'base'])
    expect(elements).not.toContain(active)
  expect(PAGE).not.toMatch(/\s(?:src|srcset|action|on\w+)=|@import|url\(|javascript:/i)
  expect(PAGE.match(/<link [^>]*>/g)).toEqual(['<link rel="icon" href="data:,">'])
  const before = [...PAGE.matchAll(/(.{9})https?:/g)].map(([, text]) => text)
  expect(new Set(before)).toEqual(new Set(['<a href="']))
})

test.each([
  ['the dark', '@media (prefers-color-scheme: dark)'],
  ['paper', '@media print'],
  ['a small screen', '@media (max-width: 40rem)'],
  ['its colours on paper', 'print-color-adjust: exact'],
  ['a policy', "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\""],
])('has a style or word for %s', (_, text) => {
  expect(PAGE).toContain(text)
})

test('every opened element is closed', () => {
  const open: string[] = []
  for (const element of elementsOf(PAGE)) {
    const [name = ''] = element.split(' ')
    if (/^(?:!doctype|meta|link|br)$/.test(name)) continue
    if (name.startsWith('/')) expect(`/${open.pop()}`).toBe(name)
    else open.push(name)
  }
  expect(open).toEqual([])
})

test('hostile text has the structure of harmless text', () => {
  const harmless = elementsOf(renderAuditPage(withTexts('harmless')))
  return holdsForHostileText(200, (text) => {
    expect(elementsOf(renderAuditPage(withTexts(text)))).toEqual(harmless)
  })
})

test.each(['javascript:alert(1)', 'data:text/html,x', 'https://user:secret@evil.example/', 'x"y'])(
  'the address %s is no link',
  (address) => {
    const page = renderAuditPage(withTexts('text', address))
    expect(page).not.toContain('<a ')
  },
)

test('a channel without anything, and a report without anything', () => {
  const empty: AuditReport = { at: '2026-06-30T12:00:00Z', past: true, images: [], drift: [] }
  expect(renderAuditPage(empty)).toContain('No drift')
  const [image] = REPORT.images
  const none = { ...image?.channels[0], digest: null, history: [] }
  const page = renderAuditPage({
    ...empty,
    images: [{ ...image, channels: [none] }],
  } as AuditReport)
  expect(page).toContain('<b>nothing</b>')
  expect(page).not.toContain('class="chart"')
})

test('a card says in few words what the head of the page tells whole', () => {
  const images = REPORT.images.map((image) => ({
    ...image,
    channels: image.channels.map((channel) => ({ ...channel, tagDigest: null })),
  }))
  const { image = '', channels = [] } = images[0] ?? {}
  const { channel: where = '', digest } = channels.at(-1) ?? {}
  const drift = [
    { kind: 'tag-moved', image, where, message: 'The tag is gone, and so on' },
    { kind: 'digest-gone', image, where, message: `${digest} is gone, and so on` },
    { kind: 'digest-gone', image, where, message: 'Another is gone, and so on' },
  ] as const
  const page = renderAuditPage({ ...REPORT, images, drift })
  const warnings = [...page.matchAll(/<p class="warn">(.*?)<\/p>/g)].map(([, words]) => words)
  expect(warnings).toEqual([
    '⚠ the tag is gone',
    '⚠ it is gone from the registry',
    '⚠ one it had is gone from the registry',
  ])
})
