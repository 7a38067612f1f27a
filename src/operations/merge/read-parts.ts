// The parts as the registry holds them: every image in them with what its config says, and every
// attestation seen to be there.
import { isAttestation, type RawManifest } from '../../oci/manifest.ts'
import { parseManifest } from '../../oci/parse-manifest.ts'
import type { Platform } from '../../oci/platform.ts'
import type { Reference } from '../../oci/reference.ts'
import type { RegistryClient } from '../../registry/client.ts'
import { readImageConfig } from '../../registry/image-config.ts'

/** Where a part is looked for, and the one platform it has to be; any, where none is named. */
export interface WantedPart {
  readonly reference: Reference
  readonly platform?: Platform
}

export interface PartImage {
  readonly labels: Readonly<Record<string, string>>
  /** As the config says; undefined where it does not. */
  readonly platform: Platform | undefined
  /** RFC 3339. */
  readonly created: string | undefined
}

export interface FoundPart extends WantedPart {
  /** Undefined: there is no such image. */
  readonly raw: RawManifest | undefined
  readonly images: readonly PartImage[]
  /** Digests that the part names and the registry does not have. */
  readonly absent: readonly string[]
}

/** Four requests for a part as buildx pushes it. */
export async function readPart(client: RegistryClient, wanted: WantedPart): Promise<FoundPart> {
  const raw = await client.get(wanted.reference)
  if (!raw) return { ...wanted, raw, images: [], absent: [] }
  const manifest = parseManifest(raw)
  const { registry, path } = wanted.reference
  const repository = { registry, path }
  const read = async (child: RawManifest) => {
    const config = await readImageConfig(client, repository, child)
    return {
      labels: config?.labels ?? {},
      platform: config?.platform,
      created: config?.created,
    }
  }
  if (manifest.kind === 'manifest') return { ...wanted, raw, images: [await read(raw)], absent: [] }
  const looks = manifest.manifests.map(async (entry) => {
    const at = { ...repository, digest: entry.digest }
    const isThere = async () => (await client.head(at)) !== undefined
    if (isAttestation(entry)) return { images: [], absent: (await isThere()) ? [] : [entry.digest] }
    const child = await client.get(at)
    if (!child) return { images: [], absent: [entry.digest] }
    return { images: [await read(child)], absent: [] }
  })
  const seen = await Promise.all(looks)
  return {
    ...wanted,
    raw,
    images: seen.flatMap(({ images }) => images),
    absent: seen.flatMap(({ absent }) => absent),
  }
}
