// Expressions and blocks in a text, with a vocabulary of the test's own.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isReleaseError } from '../../src/errors.ts'
import { parseTemplate, renderTemplate } from '../../src/tags/template.ts'

const VOCABULARY = { name: 'text', none: 'text', no: 'text', date: 'date' } as const
const VALUES: Readonly<Record<string, string>> = { name: 'a&b', none: '', no: 'false' }

const render = (text: string) =>
  renderTemplate(parseTemplate(text, VOCABULARY), ({ name, format, zone }) =>
    format === undefined ? (VALUES[name] ?? '') : `<${format}|${zone}>`,
  )

describe('templates', () => {
  // the template, what it shows, which expressions were empty
  test.each<[string, string, readonly string[]]>([
    ['', '', []],
    ['plain }} {x} \\ text', 'plain }} {x} \\ text', []],
    ['{{name}}', 'a&b', []],
    ['-{{ name }}-{{{name}}}-', '-a&b-a&b-', []],
    ['x{{none}}y{{none}}', 'xy', ['none', 'none']],
    ["{{date 'YYYY'}}", '<YYYY|undefined>', []],
    ['{{date "YYYY" tz="UTC"}}', '<YYYY|UTC>', []],
    ["{{date ''}}", '<|undefined>', []],
    ['\\{{name}}', '{{name}}', []],
    ['{{#if name}}yes{{else}}no{{/if}}', 'yes', []],
    ['{{#if none}}yes{{else}}no{{/if}}', 'no', []],
    ['{{#if none}}yes{{/if}}', '', []],
    ['{{#if no}}as in Handlebars{{/if}}', 'as in Handlebars', []],
    ['{{#unless none}}[{{#if name}}{{name}}{{/if}}]{{/unless}}', '[a&b]', []],
    ['{{#if name}}{{none}}{{/if}}', '', ['none']],
  ])('%s', (text, shown, empty) => {
    expect(render(text)).toEqual({ text: shown, empty })
  })

  test.each(['{{__proto__}}', '{{constructor}}', '{{toString}}'])('%s is not known', (text) => {
    expect(() => render(text)).toThrow('is no known expression; here are name, none, no, date')
  })

  test('any text is a template or a mistake', () => {
    const piece = fc.constantFrom(
      '{{',
      '}}',
      '{{{',
      '}}}',
      '#if ',
      '/if',
      'else',
      'name',
      '\\',
      "'",
    )
    return fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        try {
          expect(typeof render(pieces.join('')).text).toBe('string')
        } catch (error) {
          expect(isReleaseError(error, 'input')).toBe(true)
        }
      }),
      { numRuns: 1000 },
    )
  })
})
