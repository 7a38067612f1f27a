// Platforms: `os/architecture[/variant]`, as in containerd's platforms package. Spellings of
// uname (x86_64, aarch64) are read and written as Go's GOARCH names.
import { ReleaseError } from '../errors.ts'
import { ownValue } from './json.ts'

export interface Platform {
  readonly os: string
  readonly architecture: string
  readonly variant?: string
}

const ARCHITECTURES: Readonly<Record<string, readonly [string, string?]>> = {
  x86_64: ['amd64'],
  'x86-64': ['amd64'],
  aarch64: ['arm64'],
  armhf: ['arm', 'v7'],
  armel: ['arm', 'v6'],
  i386: ['386'],
}

const PART = /^[a-z0-9_.-]+$/

/** Throws `input` unless the text is `os/architecture` or `os/architecture/variant`. */
export function parsePlatform(text: string): Platform {
  const [os, architecture, variant, ...rest] = text.trim().toLowerCase().split('/')
  const parts = [os, architecture, ...(variant === undefined ? [] : [variant])]
  if (rest.length > 0 || parts.some((part) => part === undefined || !PART.test(part)))
    throw new ReleaseError('input', `${JSON.stringify(text)} is not a platform`, {
      hint: 'Write os/architecture or os/architecture/variant, such as linux/amd64 or linux/arm/v7.',
    })
  return normalisePlatform({
    os: os ?? '',
    architecture: architecture ?? '',
    ...(variant === undefined ? {} : { variant }),
  })
}

/** One spelling per platform: arm64/v8 and amd64/v1 lose the variant that is their default. */
export function normalisePlatform(platform: Platform): Platform {
  const known = ownValue(ARCHITECTURES, platform.architecture)
  const [architecture, implied] = known ?? [platform.architecture]
  const variant = platform.variant || implied || (architecture === 'arm' ? 'v7' : undefined)
  const isDefault =
    (architecture === 'arm64' && variant === 'v8') || (architecture === 'amd64' && variant === 'v1')
  return { os: platform.os, architecture, ...(variant && !isDefault ? { variant } : {}) }
}

export function formatPlatform({ os, architecture, variant }: Platform): string {
  return variant ? `${os}/${architecture}/${variant}` : `${os}/${architecture}`
}
