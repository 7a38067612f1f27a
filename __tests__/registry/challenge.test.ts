// Challenges as registries send them, and any text at all.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseChallenges } from '../../src/registry/challenge.ts'
import { cpuMilliseconds } from '../cpu-time.ts'

const BEARER = { realm: 'https://a/t', service: 's' }

describe('parseChallenges', () => {
  test.each([
    ['Basic realm="x"', [['basic', { realm: 'x' }]]],
    ['BASIC realm="Sonatype Nexus"', [['basic', { realm: 'Sonatype Nexus' }]]],
    ['Bearer realm="https://a/t",service="s"', [['bearer', BEARER]]],
    ['bearer  REALM = "https://a/t" , Service="s"', [['bearer', BEARER]]],
    ['Bearer realm=https://a/t,service=s', [['bearer', BEARER]]],
    [
      'Bearer realm="https://a/t",service="s",scope="*",Basic realm="x"',
      [
        ['bearer', { ...BEARER, scope: '*' }],
        ['basic', { realm: 'x' }],
      ],
    ],
    [
      'Basic realm="x", Bearer realm="https://a/t", service="s"',
      [
        ['basic', { realm: 'x' }],
        ['bearer', BEARER],
      ],
    ],
    [
      'Negotiate, Basic realm="x"',
      [
        ['negotiate', {}],
        ['basic', { realm: 'x' }],
      ],
    ],
    [
      'NTLM TlRMTVNTUAAB==, Basic realm="x"',
      [
        ['ntlm', {}],
        ['basic', { realm: 'x' }],
      ],
    ],
    ['Bearer realm="a \\"quoted\\" \\\\ one"', [['bearer', { realm: 'a "quoted" \\ one' }]]],
    [
      'Bearer realm="a,b", error="insufficient_scope"',
      [['bearer', { realm: 'a,b', error: 'insufficient_scope' }]],
    ],
    [
      'Bearer realm="r",scope="repository:a:pull,push repository:b:pull"',
      [['bearer', { realm: 'r', scope: 'repository:a:pull,push repository:b:pull' }]],
    ],
    ['Bearer realm="first",realm="second"', [['bearer', { realm: 'first' }]]],
    ['Bearer realm=""', [['bearer', { realm: '' }]]],
    ['Bearer realm="unended', [['bearer', { realm: 'unended' }]]],
    ['Bearer realm="unended\\', [['bearer', { realm: 'unended' }]]],
    [',, ,Basic realm="x",,', [['basic', { realm: 'x' }]]],
    ['Bearer', [['bearer', {}]]],
    ['', []],
    ['"only a string"', []],
    ['="x", Basic realm="y"', [['basic', { realm: 'y' }]]],
    [
      'Bearer __proto__="x",constructor="y"',
      [['bearer', { ['__proto__']: 'x', constructor: 'y' }]],
    ],
  ] as const)('%s', (header, expected) => {
    const found = parseChallenges(header).map(({ scheme, parameters }) => [
      scheme,
      [...parameters].sort(),
    ])
    expect(found).toEqual(
      expected.map(([scheme, parameters]) => [scheme, Object.entries(parameters).sort()]),
    )
  })

  test('any text: no failure, schemes in lower case; 100,000 in under 5 s', async () => {
    const piece = fc.constantFrom(
      ...['Bearer', 'Basic', ' ', ',', '=', '"', '\\', 'realm', 'scope', 'a', '\t', '==', 'é', '/'],
    )
    const header = fc.oneof(
      fc.array(piece).map((all) => all.join('')),
      fc.string(),
    )
    const start = cpuMilliseconds()
    await fc.assert(
      fc.property(header, (text) =>
        parseChallenges(text).every(({ scheme }) => scheme === scheme.toLowerCase()),
      ),
      { numRuns: 100_000 },
    )
    expect(cpuMilliseconds() - start).toBeLessThan(5000)
  })

  test('what was written with quotes is read back', async () => {
    const name = fc.constantFrom('realm', 'service', 'scope', 'error')
    const value = fc.string().filter((text) => !/[\r\n]/.test(text))
    await fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key }), (pairs) => {
        const quoted = pairs.map(([key, text]) => `${key}="${text.replaceAll(/["\\]/g, '\\$&')}"`)
        const [challenge] = parseChallenges(`Bearer ${quoted.join(', ')}`)
        expect([...(challenge?.parameters ?? [])]).toEqual(pairs)
      }),
      { numRuns: 1000 },
    )
  })

  test.each([
    ['quotes', '"'],
    ['escapes', '\\'],
    ['open values', 'a="'],
    ['parameters', 'a=b,'],
    ['schemes', 'a '],
    ['equals', '='],
    ['padding', 'Basic a=='],
  ])('32 KiB of %s take under a second', (_, part) => {
    const header = part.repeat(32_768 / part.length)
    const start = cpuMilliseconds()
    parseChallenges(header)
    expect(cpuMilliseconds() - start).toBeLessThan(1000)
  })
})
