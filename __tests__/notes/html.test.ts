// Templates: their own text is markup, what is put into them is text.
import { expect, test } from '@jest/globals'
import { EMPTY, html, link } from '../../src/notes/html.ts'

// name, made, markup
test.each([
  ['markup of the template', html`<b>x</b>`, '<b>x</b>'],
  ['a string', html`<b>${'<i>&"\''}</b>`, '<b>&lt;i&gt;&amp;&quot;&#39;</b>'],
  ['a string that hides something', html`${'a\u202eb\u0000c\nd'}`, 'ab c d'],
  ['a number', html`${1.5}`, '1.5'],
  ['markup', html`<p>${html`<b>${'&'}</b>`}</p>`, '<p><b>&amp;</b></p>'],
  ['a list', html`${[html`a`, html`b`]}`, 'ab'],
  ['nothing', html`${EMPTY}${[]}`, ''],
  [
    'a link',
    link('a & b', 'https://x.example/?a=1&b="'),
    '<a href="https://x.example/?a=1&amp;b=%22" rel="noreferrer">a &amp; b</a>',
  ],
  ['no address', link('a', ''), 'a'],
  ['another scheme', link('<a>', 'javascript:alert(1)'), '&lt;a&gt;'],
  ['credentials', link('a', 'https://u:p@x.example/'), 'a'],
])('%s', (_, { markup }, expected) => {
  expect(markup).toBe(expected)
})
