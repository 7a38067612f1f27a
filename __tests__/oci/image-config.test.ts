// Image configs: platform, labels and time; whatever else is there.
import { expect, test } from '@jest/globals'
import { parseImageConfig } from '../../src/oci/image-config.ts'

const parse = (text: string) => parseImageConfig(new TextEncoder().encode(text))

test.each([
  {
    name: 'a whole config',
    text: '{"os":"linux","architecture":"arm64","variant":"v8","created":"2026-01-01T00:00:00Z","config":{"Labels":{"a":"b"}}}',
    config: {
      platform: { os: 'linux', architecture: 'arm64' },
      created: '2026-01-01T00:00:00Z',
      labels: { a: 'b' },
    },
  },
  { name: 'labels null', text: '{"config":{"Labels":null}}', config: { labels: {} } },
  { name: 'config null', text: '{"config":null,"os":"linux"}', config: { labels: {} } },
  {
    name: 'labels of other types',
    text: '{"config":{"Labels":{"a":1,"b":"c"}}}',
    config: { labels: { b: 'c' } },
  },
])('$name', ({ text, config }) => {
  expect(parse(text)).toEqual(config)
})

test.each(['', 'null', '[]', '7', '{'])('%j is refused', (text) => {
  expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'invalid-manifest' }))
})
