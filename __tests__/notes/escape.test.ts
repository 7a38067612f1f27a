// Text as text: nothing of it becomes markup, and a reader still sees all of it.
import { describe, expect, test } from '@jest/globals'
import {
  escapeCode,
  escapeComment,
  escapeLink,
  escapeText,
  plainText,
} from '../../src/notes/escape.ts'
import { renderTable } from '../../src/notes/table.ts'
import { holdsForHostileText } from './hostile-text.ts'
import { readMarkdown } from './markdown.ts'

describe('plainText', () => {
  test.each([
    ['line breaks', 'a\r\nb\u2028c\u0085d', 'a b c d'],
    ['a tab', 'a\tb', 'a b'],
    ['colour', '\u001b[31mred', '[31mred'],
    ['text that runs backwards', 'a\u202egnp.exe', 'agnp.exe'],
    ['zero-width characters', 'a\u200bb\ufeffc\u2060d\u00ade', 'abcde'],
    ['tag characters', 'a\u{e0041}b\u{e0100}', 'ab'],
    ['half a surrogate pair', 'a\ud800b', 'ab'],
    ['letters of any script', 'ümlaut 日本語 😀', 'ümlaut 日本語 😀'],
    ['blank ends', '  a  ', 'a'],
  ])('%s', (_, text, plain) => {
    expect(plainText(text)).toBe(plain)
  })
})

describe('escapeText', () => {
  test.each([
    ['a sentence', "The registry's answer: 403 (denied).", "The registry's answer: 403 (denied)."],
    ['HTML', '<b>', '&#60;b&#62;'],
    ['a mention', '@octocat', '@&#8203;octocat'],
    ['an issue', 'acme/app#12', 'acme/app#&#8203;12'],
    ['an issue by GH', 'GH-12', 'GH&#8203;-12'],
    ['an address', 'https://x.example', 'https:&#8203;//x.example'],
    ['a heading', '# a', '#&#8203; a'],
    ['a numbered item', '12. a', '12&#8203;. a'],
    ['a version', '1.4.2', '1.4.2'],
    ['a list item', '- a', '-&#8203; a'],
    ['a dash between words', 'a - b', 'a - b'],
  ])('%s', (_, text, markdown) => {
    expect(escapeText(text)).toBe(markdown)
  })

  test('shows the text and nothing else, at the start of a line', () => {
    return holdsForHostileText(1000, (text) => {
      expect(readMarkdown(escapeText(text))).toEqual({ structure: [], text: plainText(text) })
    })
  })

  test('shows the text and nothing else, in a cell', () => {
    return holdsForHostileText(1000, (text) => {
      const table = renderTable(['a', 'b'], [[escapeText(text), 'x']])
      const { structure, text: shown } = readMarkdown(table)
      expect(structure).toEqual(['row 2', 'row 2', 'row 2'])
      expect(shown).toBe(`a\nb\n---\n---\n${plainText(text)}\nx\n`)
    })
  })
})

describe('escapeCode', () => {
  test.each([
    ['a tag', '1.4.2', '`1.4.2`'],
    ['backticks inside', 'a``b', '```a``b```'],
    ['backticks at an end', '`a', '`` `a ``'],
    ['a bar', 'a|b', '<code>a&#124;b</code>'],
    ['nothing visible', '\u200b', ''],
  ])('%s', (_, text, markdown) => {
    expect(escapeCode(text)).toBe(markdown)
  })

  test('shows the text as code, in a paragraph and in a cell', () => {
    return holdsForHostileText(1000, (text) => {
      const plain = plainText(text)
      const structure = plain === '' ? [] : ['code']
      const paragraph = readMarkdown(escapeCode(text))
      expect(paragraph.structure).toEqual(structure)
      expect(paragraph.text.trim()).toBe(plain)
      const cell = readMarkdown(`| ${escapeCode(text)} | x |`)
      expect(cell.structure).toEqual(['row 2', ...structure])
      expect(cell.text.replace(/\nx$/, '').trim()).toBe(plain)
    })
  })
})

describe('escapeLink', () => {
  test.each([
    ['http and https', 'https://x.example/a', '[run](<https://x.example/a>)'],
    ['brackets', 'https://x.example/a)(b>c', '[run](<https://x.example/a%29%28b%3Ec>)'],
    ['an entity', 'https://x.example/?a=1&copy=2', '[run](<https://x.example/?a=1&amp;copy=2>)'],
    ['a bar', 'https://x.example/?a|b', '[run](<https://x.example/?a%7Cb>)'],
    ['an IPv6 host', 'http://[::1]:3000/[a]', '[run](<http://[::1]:3000/%5Ba%5D>)'],
    ['a script', 'javascript:alert(1)', 'run'],
    ['credentials', 'https://me:secret@x.example/', 'run'],
    ['a user alone', 'https://me@x.example/', 'run'],
    ['a password alone', 'https://:secret@x.example/', 'run'],
    ['no address', 'x.example', 'run'],
  ])('%s', (_, address, markdown) => {
    expect(escapeLink('run', address)).toBe(markdown)
  })

  test('is one link to that host or none, whatever the label', () => {
    return holdsForHostileText(1000, (text) => {
      const { structure } = readMarkdown(escapeLink(`x${text}`, `https://x.example/${text}`))
      expect(structure).toHaveLength(1)
      expect(structure[0]).toMatch(/^link https:\/\/x\.example\//)
    })
  })
})

test('escapeComment: ASCII without anything that ends a comment, and the value again', () => {
  return holdsForHostileText(1000, (text) => {
    expect(escapeComment(text)).toMatch(/^(?:(?!--)[ -;=?-~])+$/)
    expect(JSON.parse(escapeComment(text))).toBe(text)
  })
})
