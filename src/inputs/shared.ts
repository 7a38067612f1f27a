// Fields that more than one operation has, spelled and read the same everywhere.
import { parsePlatform } from '../oci/platform.ts'
import { isVariant } from '../oci/tag.ts'
import { parseChannel } from './channel.ts'
import { choice, type Field, flag, lines, list, mistake, parsed, text } from './field.ts'
import { type ImageNames, parseImages } from './images.ts'

/** Text that is never empty, for a field with a default. */
export function plain(summary: string): Field<string> {
  return { summary, kind: 'text', parse: (value) => value }
}

/** Text taken as it is, white space included. */
export function separator(summary: string): Field<string> {
  return { ...plain(summary), default: '\n', defaultSaid: 'a line break', verbatim: true }
}

const githubToken = text({
  summary: 'Token for the GitHub API, and for ghcr.io where no other login is configured.',
  runnerDefault: '${{ github.token }}',
  workflowOnly: true,
  secret: true,
})

const dryRun = flag({
  summary: 'Plan only: write nothing anywhere, print the plan and set the output `plan`.',
  default: 'false',
  workflowOnly: true,
})

const section = text({
  summary: 'Section of the defaults file to use, for one image of a monorepo.',
  workflowOnly: true,
})

export const images = {
  ...parsed(
    {
      summary: 'Image names without tags, one per line, such as `ghcr.io/acme/app`.',
      defaultSaid: '`ghcr.io/<owner>/<repository>` on github.com',
    },
    parseImages,
  ),
  notices: (names: ImageNames | undefined) =>
    (names?.lowered ?? []).map(
      (name) => `Image names are lower case: ${name} is used as ${name.toLowerCase()}`,
    ),
}

export const channels = list(
  {
    summary:
      'Tags that mark environments, in promotion order; `tag=environment` where the GitHub environment has another name.',
    default: 'dev\nstaging\nprod',
    defaultSaid: '`dev`, `staging`, `prod`',
    commas: true,
  },
  ({ text: line }) => parseChannel(line),
)

export const variant = parsed(
  {
    summary: 'Suffix of every tag, such as `gpu`; part of every key we record under.',
    defaultSaid: 'none',
  },
  (value) => {
    if (isVariant(value)) return value
    throw mistake(`${JSON.stringify(value)} is no variant; use letters, digits, ".", "_" and "-"`)
  },
)

export const platforms = list(
  {
    summary: 'Platforms to build for, such as `linux/amd64,linux/arm64`.',
    defaultSaid: "the builder's own",
    commas: true,
  },
  ({ text: line }) => parsePlatform(line),
)

export const tags = lines({
  summary: 'Tag rules, one per line.',
  defaultSaid: '`type=standard`',
})

export const flavor = lines({
  summary: 'What all tags share: `prefix=`, `suffix=`, `latest=`.',
  defaultSaid: '`latest=false`',
})

export const version = text({
  summary: 'Version to release, with or without `v`.',
  defaultSaid: "the git tag's or release's",
})

export const versionFile = text({
  summary: 'File that holds the version: JSON with a `version` field, or plain text.',
})

export const tagPrefix = text({
  summary: "Prefix of this image's git tags, such as `app/`; versions of others are skipped.",
})

export const allowLatest = flag({
  summary: 'Lets a rule or `flavor` set the tag `latest`; without it that is an error.',
  default: 'false',
  workflowOnly: true,
})

export const floating = flag({
  summary: 'Tags that move along a version line (`1.4`, `1`); false sets none.',
  default: 'true',
})

export const registryUsername = text({
  summary: 'User to log in as, where all images are on one registry.',
  defaultSaid: "docker/login-action's login",
  workflowOnly: true,
})

export const registryPassword = text({
  summary: 'Password or token of `registry-username`.',
  workflowOnly: true,
  secret: true,
})

const insecureRegistries = list(
  {
    summary: 'Registries (`host[:port]`) spoken to over http; localhost always is.',
    commas: true,
  },
  ({ text: line }) => line,
)

export const commit = choice(
  {
    summary:
      'Commits the changed files through the API, signed by GitHub: onto `base` (`push`), or onto `branch` with one pull request that is kept up to date.',
  },
  'none',
  'push',
  'pull-request',
)

export const base = text({
  summary: 'Branch that the commit is for.',
  defaultSaid: "the event's branch, else the default branch",
})

/** Whose deployments and releases; `said`: what for, and what is taken without it. */
export function repositoryField(said: {
  readonly summary: string
  readonly defaultSaid: string
}): Field<{ readonly owner: string; readonly name: string } | undefined> {
  return parsed(said, (value) => {
    const [, owner, name] = /^([\w.-]+)\/([\w.-]+)$/.exec(value) ?? []
    if (owner && name) return { owner, name }
    throw mistake(`${JSON.stringify(value)} is no repository; write owner/name`)
  })
}

export const ledger = choice(
  {
    summary:
      'Record moved channels as deployments of the repository: wherever there is a token (`auto`), or else fail (`required`).',
  },
  'auto',
  'required',
  'off',
)

export const ledgerAuthors = list(
  {
    summary: 'Logins whose records count.',
    defaultSaid: "`github-actions[bot]` and the token's own",
    commas: true,
  },
  ({ text: login }) => login,
)

const trustedRealms = list(
  {
    summary:
      "Hosts of token services, beside the registry's own site, that may be sent its password, and no others.",
    defaultSaid: 'any that the registry names over TLS',
    commas: true,
    workflowOnly: true,
  },
  ({ text: line }) => line,
)

/** What every operation has: whom it logs in as (see `accessOf`), its defaults, the dry run. */
export const accessFields = {
  'registry-username': registryUsername,
  'registry-password': registryPassword,
  'insecure-registries': insecureRegistries,
  'trusted-realms': trustedRealms,
  section,
  'github-token': githubToken,
  'dry-run': dryRun,
} as const
