// The secrets of this run, and their removal from what we print.
import { escapeText } from '../notes/escape.ts'

/** Shorter ones would turn ordinary words into stars; the runner still masks them by itself. */
const MIN_SECRET_CHARACTERS = 4

/**
 * In outputs: a shorter one may as well be a tag, a channel or `true`, with which steps compute.
 */
const MIN_DATA_CHARACTERS = 8

/**
 * What is a secret by its looks, though nobody gave it to us: the header a registry repeats after
 * buildx, which has tokens of its own, and a password in an address.
 */
const BY_LOOKS =
  /(\b(?:Basic|Bearer) +)[\w.~+/-]{16,}=*|(:\/\/)[^\s/:@]*:[^\s/@]+(?=@(?!sha(?:256|512):))/gi

export class Secrets {
  private readonly values = new Set<string>()
  /** All spellings, the longest first. */
  private spellings: readonly string[] = []

  /**
   * What the runner is to mask as well. A secret of several lines is also one secret per line, as
   * the runner sees it, but for its short lines: a `}` is no secret.
   */
  add(secret: string): readonly string[] {
    const lines = secret.split(/\r?\n/).map((line) => line.trim())
    const parts = [secret, ...lines.filter((line) => line.length >= MIN_SECRET_CHARACTERS)]
    const fresh = [...new Set(parts)].filter((part) => part.trim() !== '' && !this.values.has(part))
    for (const part of fresh) this.values.add(part)
    if (fresh.length > 0) this.spellings = spellingsOf(this.values)
    return fresh
  }

  /** Characters of the longest. */
  get longest(): number {
    return this.spellings[0]?.length ?? 0
  }

  /** The text with stars for every secret, the longest first. */
  hide(text: string): string {
    return hideAll(text, this.spellings)
  }

  /** As `hide`, but for what is no more than a word. */
  hideInData(text: string): string {
    const long = this.spellings.filter(({ length }) => length >= MIN_DATA_CHARACTERS)
    return hideAll(text, long)
  }
}

function hideAll(text: string, spellings: readonly string[]): string {
  return spellings
    .reduce((hidden, value) => hidden.replaceAll(value, '***'), text)
    .replace(BY_LOOKS, '$1$2***')
}

/** As it is, and as it looks in an address, in JSON, in base64 and in our Markdown. */
function spellingsOf(secrets: ReadonlySet<string>): readonly string[] {
  const long = [...secrets].filter((secret) => secret.length >= MIN_SECRET_CHARACTERS)
  const spelled = long.flatMap((secret) => {
    const bytes = Buffer.from(secret)
    return [
      secret,
      encodeURIComponent(bytes.toString()),
      JSON.stringify(secret).slice(1, -1),
      bytes.toString('base64').replace(/=+$/, ''),
      escapeText(secret),
    ]
  })
  return [...new Set(spelled)]
    .filter((text) => text.length >= MIN_SECRET_CHARACTERS)
    .sort((a, b) => b.length - a.length)
}
