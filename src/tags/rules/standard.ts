// Our own set, the default of every action but `tags`: what each event should be called.
//
//   version events   1.4.2, 1.4, 1, git-<sha>; a prerelease only 1.4.2-rc.1 and git-<sha>
//   default branch   the first channel, git-<sha>         another    its name, git-<sha>
//   merge group      git-<sha>                            schedule   nightly, nightly-<yyyymmdd>
//   pull request     pr-<number>, pr-<number>-<sha>; never git-<sha>, which names released commits
import { type Attribute, parseWord } from '../attribute.ts'
import { type Candidate, defineRule, type RuleContext, type Spelling } from '../rule.ts'
import { tagName } from '../tag-name.ts'
import { readVersion } from '../version.ts'

const PARTS = ['version', 'floating', 'git', 'channel', 'branch', 'pr', 'schedule'] as const

type Part = (typeof PARTS)[number]
type PartCandidate = Candidate & { readonly part: Part }

export const standard = defineRule({
  type: 'standard',
  summary: 'What the event should be called: versions, channels, branches, pull requests, nightly',
  priority: 900,
  attributes: {
    only: parts('only these parts'),
    except: parts('not these parts'),
  },
  apply({ only, except }, context) {
    const wanted = ({ part }: PartCandidate) =>
      (only.length === 0 || only.includes(part)) && !except.includes(part)
    const { candidates, notices } = candidatesFor(context)
    const kept = candidates.filter(wanted).map(({ part: _, ...candidate }) => candidate)
    const latest = candidates.some(({ role }) => role === 'floating')
    if (kept.length > 0) return { candidates: kept, notices, latest }
    if (candidates.length === 0) return { skipped: notices.join('; ') }
    return { skipped: 'only and except leave nothing for this event', usual: true }
  },
})

function parts(summary: string): Attribute<readonly Part[]> {
  return {
    summary: `${summary}: ${PARTS.join(', ')}`,
    default: '',
    parse: (written) =>
      written
        .split(/[,+\s]+/)
        .filter((word) => word !== '')
        .map((word) => parseWord(word, PARTS)),
  }
}

const BARE: Spelling = { scheme: 'semver', before: '', after: '', build: false }

interface Found {
  readonly candidates: readonly PartCandidate[]
  readonly notices: readonly string[]
}

function candidatesFor(context: RuleContext): Found {
  const { event } = context
  if (event.pullRequest) return { candidates: pullRequestTags(context), notices: [] }
  const commit = commitTag(context)
  if (event.mergeGroup) return commit
  if (event.name === 'schedule') return { candidates: scheduleTags(context), notices: [] }
  const version = versionTags(context)
  if (event.tag !== undefined && version.candidates.length === 0) return version
  // Where there is no event, who names a version releases it from whatever branch is checked out.
  const isByHand = event.name === '' && version.candidates.length > 0
  const branch = isByHand ? { candidates: [], notices: [] } : branchTags(context)
  return {
    candidates: [...version.candidates, ...branch.candidates, ...commit.candidates],
    notices: [...version.notices, ...branch.notices, ...commit.notices],
  }
}

function versionTags({ versionText }: RuleContext): Found {
  if (versionText === undefined) return { candidates: [], notices: [] }
  const version = readVersion(versionText, 'semver')
  if (!version)
    return { candidates: [], notices: [`${versionText} is not a semantic version like 1.4.2`] }
  const { text, release } = version
  const full = { part: 'version', role: 'version', value: text, spelling: BARE } as const
  const lines = version.stable ? [release.slice(0, 2), release.slice(0, 1)] : []
  const shorter = lines.map(
    (line) => ({ part: 'floating', role: 'floating', value: line.join('.'), line }) as const,
  )
  return { candidates: [full, ...shorter].map((tag) => ({ ...tag, version: text })), notices: [] }
}

function branchTags({ event, channels }: RuleContext): Found {
  const { branch, repository } = event
  const [channel] = channels
  if (branch === undefined) return { candidates: [], notices: [] }
  if (branch === repository.defaultBranch && channel !== undefined)
    return {
      candidates: [{ part: 'channel', role: 'channel', value: channel }],
      notices: [],
    }
  const reason = reservedFor(tagName(branch), channels)
  if (reason)
    return { candidates: [], notices: [`branch ${branch} gets no tag of its name: ${reason}`] }
  const unknown =
    repository.defaultBranch === undefined
      ? [`the event does not say which branch is the default one; ${branch} counts as another`]
      : []
  return { candidates: [{ part: 'branch', role: 'branch', value: branch }], notices: unknown }
}

const VERSION_SHAPED = /^(?:\d+(?:\.\d+)*|v?\d+\.\d+\.\d+(?:[-.].*)?)$/

/** Why a branch must not have its name as a tag; undefined: it may. Anyone may name a branch. */
function reservedFor(tag: string, channels: readonly string[]): string | undefined {
  if (tag === '') return 'no character of it can stand in a tag'
  if (channels.includes(tag)) return `${tag} is a channel`
  if (tag === 'latest') return 'latest is for releases'
  if (tag.startsWith('nightly')) return 'nightly… is for schedules'
  if (/^(?:git|pr)-/.test(tag)) return `${tag.split('-')[0]}-… is for commits and pull requests`
  if (VERSION_SHAPED.test(tag)) return `${tag} looks like a version`
  return undefined
}

function pullRequestTags({ event, shaLength }: RuleContext): PartCandidate[] {
  const { number, headSha } = event.pullRequest ?? { number: 0, headSha: '' }
  const values = [`pr-${number}`, `pr-${number}-${headSha.slice(0, shaLength)}`]
  return values
    .slice(0, headSha === '' ? 1 : 2)
    .map((value) => ({ part: 'pr', role: 'preview', value }))
}

function scheduleTags({ now }: RuleContext): PartCandidate[] {
  const day = new Date(now).toISOString().slice(0, 10).replaceAll('-', '')
  return ['nightly', `nightly-${day}`].map((value) => ({ part: 'schedule', role: 'free', value }))
}

function commitTag({ event, shaLength }: RuleContext): Found {
  const short = event.revision.slice(0, shaLength)
  if (short === '') return { candidates: [], notices: ['no commit is known, so no tag git-…'] }
  return { candidates: [{ part: 'git', role: 'commit', value: `git-${short}` }], notices: [] }
}
