// Our block in a body that belongs to others: it is replaced, and not a byte beside it.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { findBlocks, replaceBlock } from '../../src/notes/marked-block.ts'
import { hostileText } from './hostile-text.ts'

const KEY = 'ghcr.io/acme/app'
const OTHER = 'ghcr.io/acme/app gpu'

const block = (content: string, key = KEY) =>
  `<!-- image-release: ${key} -->\n${content}\n<!-- /image-release: ${key} -->`

describe('replaceBlock', () => {
  test.each([
    ['an empty body', '', block('new')],
    ['a body without line break', 'Notes', `Notes\n\n${block('new')}`],
    ['a body with one', 'Notes\n', `Notes\n\n${block('new')}`],
    ['a body with a blank line', 'Notes\n\n', `Notes\n\n${block('new')}`],
    ["another image's block", block('x', OTHER), `${block('x', OTHER)}\n\n${block('new')}`],
    ['our block', `a\n${block('old')}`, `a\n${block('new')}`],
    ['our block, empty', block('').replace('\n\n', '\n'), block('new')],
    ['text after it', `a\n\n${block('old')}\nb\n`, `a\n\n${block('new')}\nb\n`],
    [
      'several blocks',
      `${block('old')}\n${block('x', OTHER)}\n`,
      `${block('new')}\n${block('x', OTHER)}\n`,
    ],
    ['a copy of it', `${block('old')}\n\n${block('older')}\n`, `${block('new')}\n\n\n`],
    ['it and a copy of it', `${block('new')}\n\n${block('older')}\n`, `${block('new')}\n\n\n`],
    [
      'a block in a fence',
      `\`\`\`html\n${block('quoted')}\n\`\`\`\n`,
      `\`\`\`html\n${block('quoted')}\n\`\`\`\n\n${block('new')}`,
    ],
    [
      'a block in a longer fence',
      `~~~~\n~~~\n${block('quoted')}\n~~~~\nb`,
      `~~~~\n~~~\n${block('quoted')}\n~~~~\nb\n\n${block('new')}`,
    ],
    ['a fence left open', 'a\n```sh\nb', `a\n\`\`\`sh\nb\n\`\`\`\n\n${block('new')}`],
    ['a fence on a list item', '- ```\n  a\n  ```', `- \`\`\`\n  a\n  \`\`\`\n\n${block('new')}`],
    ['one left open there', '1. ~~~\n   a', `1. ~~~\n   a\n\n${block('new')}`],
    ['code in a line', '``` a ```\n', `\`\`\` a \`\`\`\n\n${block('new')}`],
    [
      'an indented block',
      `    ${block('x').replaceAll('\n', '\n    ')}`,
      `    ${block('x').replaceAll('\n', '\n    ')}\n\n${block('new')}`,
    ],
    [
      'an opening half',
      `<!-- image-release: ${KEY} -->\na`,
      `<!-- image-release: ${KEY} -->\na\n\n${block('new')}`,
    ],
    [
      'a closing half',
      `a\n<!-- /image-release: ${KEY} -->`,
      `a\n<!-- /image-release: ${KEY} -->\n\n${block('new')}`,
    ],
    [
      'an opening half before ours',
      `<!-- image-release: ${KEY} -->\na\n${block('old')}\n`,
      `<!-- image-release: ${KEY} -->\na\n${block('new')}\n`,
    ],
    [
      "another's block within halves of ours",
      block(block('x', OTHER)),
      `${block(block('x', OTHER))}\n\n${block('new')}`,
    ],
    ['a marker with text beside it', `x ${block('x')}`, `x ${block('x')}\n\n${block('new')}`],
    ['blank space behind a marker', `${block('old')}  \nb`, `${block('new')}\nb`],
  ])('%s', (_, body, replaced) => {
    expect(replaceBlock(body, KEY, 'new')).toBe(replaced)
    expect(replaceBlock(replaced, KEY, 'new')).toBe(replaced)
  })

  test("takes the body's line breaks, and finds its block among them", () => {
    const body = replaceBlock('a\r\nb\r\n', KEY, 'one\ntwo')
    expect(body).toBe(`a\r\nb\r\n\r\n${block('one\ntwo').replaceAll('\n', '\r\n')}`)
    expect(findBlocks(body)[0]?.content).toBe('one\ntwo')
    expect(replaceBlock(body, KEY, 'one\ntwo')).toBe(body)
  })

  test('a body that a form turned to CRLF is left alone when it says the same', () => {
    const body = `a\n\n${block('one\ntwo')}\n`.replaceAll('\n', '\r\n')
    expect(replaceBlock(body, KEY, 'one\ntwo\n')).toBe(body)
  })
})

/** Bodies of user's lines, whole blocks, halves, fences and both line breaks. */
const anyBody = fc
  .array(
    fc.oneof(
      fc.constantFrom('text', '', '```', '~~~', '- ```', '  ```', '````', '> ```', '<!--', '-->'),
      fc.constantFrom(block('x'), block('y', OTHER), block('```\nz\n```'), block('```', OTHER)),
      fc.constantFrom(...block('x').split('\n'), ...block('x', OTHER).split('\n')),
      hostileText,
    ),
    { maxLength: 8 },
  )
  .chain((lines) => fc.constantFrom('\n', '\r\n').map((eol) => lines.join(eol)))

const oursIn = (body: string) => findBlocks(body).filter(({ key }) => key === KEY)

const others = (body: string) =>
  findBlocks(body)
    .filter(({ key }) => key !== KEY)
    .map(({ key, content }) => ({ key, content }))

describe('whatever the body', () => {
  test('there is one block of ours, every other as it was, and a second time changes nothing', () =>
    fc.assert(
      fc.property(anyBody, (body) => {
        const replaced = replaceBlock(body, KEY, 'new\n```sh\ncode\n```')
        expect(oursIn(replaced).map(({ content }) => content)).toEqual(['new\n```sh\ncode\n```'])
        if (oursIn(body).length < 2) expect(others(replaced)).toEqual(others(body))
        expect(replaceBlock(replaced, KEY, 'new\n```sh\ncode\n```')).toBe(replaced)
      }),
      { numRuns: 1000 },
    ))

  test('text outside our blocks keeps every byte', () =>
    fc.assert(
      fc.property(anyBody, (body) => {
        const ours = oursIn(body)
        fc.pre(ours.length < 2)
        const replaced = replaceBlock(body, KEY, 'new')
        const [now] = oursIn(replaced)
        const outside = (text: string, blocks: readonly { start: number; end: number }[]) =>
          blocks.reduceRight((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), text)
        const left = outside(replaced, now ? [now] : [])
        if (ours.length > 0) expect(left).toBe(outside(body, ours))
        else expect(left.slice(0, body.length)).toBe(body)
        expect(left.slice(outside(body, ours).length)).toMatch(/^[\r\n]*(?:[`~]{3,}[\r\n]+)?$/)
      }),
      { numRuns: 1000 },
    ))

  test('every key is its own', () =>
    fc.assert(
      fc.property(hostileText, hostileText, (one, two) => {
        fc.pre(one !== '' && two !== '' && one !== two)
        const body = replaceBlock(replaceBlock('text', one, '1'), two, '2')
        expect(findBlocks(body)).toMatchObject([
          { key: one, content: '1' },
          { key: two, content: '2' },
        ])
      }),
      { numRuns: 1000 },
    ))
})

test('a key cannot end its marker', () => {
  const [opening] = replaceBlock('', 'ghcr.io/a--b/app --> x', 'new').split('\n')
  expect(opening).toBe('<!-- image-release: ghcr.io/a\\u002d-b/app \\u002d-\\u003e x -->')
})
