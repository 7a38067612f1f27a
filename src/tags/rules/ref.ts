// `type=ref,event=branch|tag|pr|mq`: what the event's ref is called.
import { parseWord } from '../attribute.ts'
import { type Candidate, defineRule, type Outcome, oneTag, type RuleContext } from '../rule.ts'
import { readVersion } from '../version.ts'

const EVENTS = ['branch', 'tag', 'pr', 'mq'] as const

export const ref = defineRule({
  type: 'ref',
  summary: 'The name of the branch or git tag, the number of the pull request or merge group',
  priority: 600,
  attributes: {
    event: {
      summary: `which kind of ref: ${EVENTS.join(', ')} (merge queue)`,
      parse: (written: string) => parseWord(written, EVENTS),
    },
  },
  apply: ({ event }, context) => OUTCOMES[event](context),
})

const OUTCOMES: Readonly<Record<(typeof EVENTS)[number], (context: RuleContext) => Outcome>> = {
  branch({ event: { branch } }) {
    if (branch === undefined) return { skipped: 'the event is not of a branch', usual: true }
    return oneTag({ value: branch, role: 'branch' })
  },
  tag({ event: { tag }, versionText }) {
    if (tag === undefined) return { skipped: 'the event is not of a git tag', usual: true }
    return { candidates: [tagCandidate(tag, versionText)], latest: true }
  },
  pr({ event }) {
    const [, value] = /^refs\/pull\/(.+?)(?:\/merge)?$/.exec(event.ref) ?? []
    if (value === undefined) return { skipped: 'the event is not of a pull request', usual: true }
    return oneTag({ value, role: 'preview' }, 'pr-')
  },
  mq({ event: { mergeGroup } }) {
    const number = mergeGroup?.pullRequest
    if (number === undefined) return { skipped: 'the event is not of a merge group', usual: true }
    return oneTag({ value: String(number), role: 'preview' }, 'mq-')
  },
}

/** A git tag of two numbers or more is a full version; `v1` and `stable` may be moved in git. */
function tagCandidate(tag: string, versionText: string | undefined): Candidate {
  const version = versionText === undefined ? undefined : readVersion(versionText, 'dotted')
  const at = version ? tag.lastIndexOf(version.text) : -1
  if (!version || at < 0 || version.release.length < 2) return { value: tag, role: 'free' }
  const [before, after] = [tag.slice(0, at), tag.slice(at + version.text.length)]
  const build = after.startsWith('+')
  const spelling = { scheme: 'dotted', before, after: build ? '' : after, build } as const
  return { value: tag, role: 'version', version: version.text, spelling }
}
