// The inputs `provenance` and `sbom`, and their entry among `attests`.
import { describe, expect, test } from '@jest/globals'
import { attestation, isDecided } from '../../src/buildx/attestation.ts'

const RUN = 'https://github.com/acme/app/actions/runs/1/attempts/1'

describe('an attestation input', () => {
  test.each([
    ['provenance', 'true', undefined, 'type=provenance,disabled=false'],
    ['provenance', 'True', RUN, `type=provenance,disabled=false,builder-id=${RUN}`],
    ['provenance', 'false', RUN, 'type=provenance,disabled=true'],
    ['provenance', 'mode=max', RUN, `type=provenance,mode=max,builder-id=${RUN}`],
    ['provenance', 'mode=min,builder-id=b', RUN, 'type=provenance,mode=min,builder-id=b'],
    ['sbom', 'true', undefined, 'type=sbom,disabled=false'],
    ['sbom', 'false', undefined, 'type=sbom,disabled=true'],
    ['sbom', 'generator=r/scan:1', undefined, 'type=sbom,generator=r/scan:1'],
  ] as const)('%s: %s', (type, value, builderId, expected) => {
    expect(attestation(type, value, builderId)).toBe(`--attest=${expected}`)
  })

  test.each([
    ['of the same type', 'type=sbom,generator=x', { sbom: 'true' }, true],
    ['of another type', 'type=sbom', { provenance: 'true' }, false],
    ['with nothing set', 'type=provenance,mode=max', { provenance: '' }, false],
  ])('takes the place of an entry of attests %s', (_, entry, choice, expected) => {
    expect(isDecided(entry, choice)).toBe(expected)
  })
})
