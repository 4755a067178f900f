/**
 * A message that is being written:
 *
 *   text, pictures ─▶ draft (kept for each channel) ─▶ send or edit ─▶ HistoryApi
 *   a message to edit takes the box over; what was being written comes back after it
 */
import { computed, effect, signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import { countOf } from '../../format/bytes.ts'
import { draftOf, draftPicture, dropPicture, EMPTY_DRAFT, keepDraft } from './drafts.ts'
import type { Draft } from './drafts.ts'
import { shrunkPicture } from './shrink-picture.ts'
import type { TimelineScope } from './timeline-scope.ts'

/** Code points; so it is on Status. */
export const MAX_CODE_POINTS = 4096
export const MAX_PICTURES = 4

export class ComposerModel {
  readonly #scope: TimelineScope
  readonly #draft
  readonly #editedText = signal('')
  readonly #isSending = signal(false)
  /** What was wrong with pictures that were given. */
  readonly #note = signal<string | undefined>(undefined)
  readonly codePoints: ReadonlySignal<number>
  readonly canSend: ReadonlySignal<boolean>
  readonly text: ReadonlySignal<string>

  constructor(scope: TimelineScope) {
    this.#scope = scope
    this.#draft = signal<Draft>(draftOf(scope.channelId))
    this.text = computed(() => (this.#isEdit ? this.#editedText.value : this.#draft.value.text))
    this.codePoints = computed(() => Array.from(this.text.value.trim()).length)
    this.canSend = computed(() => {
      const hasContent = this.codePoints.value > 0 || (!this.#isEdit && this.#draft.value.pictures.length > 0)
      return hasContent && this.codePoints.value <= MAX_CODE_POINTS && !this.#isSending.value
    })
  }

  get draft(): ReadonlySignal<Draft> {
    return this.#draft
  }

  get note(): ReadonlySignal<string | undefined> {
    return this.#note
  }

  get isSending(): ReadonlySignal<boolean> {
    return this.#isSending
  }

  get #isEdit(): boolean {
    return this.#scope.actions.writing.value.kind === 'edit'
  }

  /** Until the function that it returns is called. */
  start(): () => void {
    return effect(() => {
      const writing = this.#scope.actions.writing.value
      if (writing.kind === 'edit') this.#editedText.value = writing.message.text
    })
  }

  write(text: string): void {
    if (this.#scope.actions.writing.peek().kind === 'edit') this.#editedText.value = text
    else this.#keep({ ...this.#draft.peek(), text })
  }

  /** Takes pictures in; those that are too large are made smaller. */
  async addPictures(files: readonly Blob[]): Promise<void> {
    this.#note.value = undefined
    for (const [at, file] of files.entries()) {
      const picture = await shrunkPicture(file)
      // Others may have been added meanwhile.
      const { pictures } = this.#draft.peek()
      if (pictures.length >= MAX_PICTURES) {
        this.#note.value = `A message takes ${MAX_PICTURES} pictures; ${countOf(files.length - at, 'picture')} left out.`
        return
      }
      if (picture === undefined) this.#note.value = 'The browser cannot read this file as a picture. It was left out.'
      else this.#keep({ ...this.#draft.peek(), pictures: [...pictures, draftPicture(picture)] })
    }
  }

  removePicture(id: number): void {
    const { pictures } = this.#draft.peek()
    pictures.filter((picture) => picture.id === id).forEach(dropPicture)
    this.#keep({ ...this.#draft.peek(), pictures: pictures.filter((picture) => picture.id !== id) })
    this.#note.value = undefined
  }

  async send(): Promise<void> {
    if (!this.canSend.peek()) return
    const { actions, model, community, channelId } = this.#scope
    const writing = actions.writing.peek()
    const text = this.text.peek().trim()
    this.#isSending.value = true
    try {
      if (writing.kind === 'edit') {
        const { id, text: before } = writing.message
        const edit = () => actions.run('Not changed', (api) => api.edit(community.peek().id, id, text))
        if (text === before || (await edit())) actions.writeNew()
        return
      }
      const { pictures } = this.#draft.peek()
      const images = pictures.map(({ blob }) => blob)
      const message = { text, ...(writing.kind === 'reply' ? { replyTo: writing.to.id } : {}), images }
      if (!(await actions.run('Not sent', (api) => api.send(community.peek().id, channelId, message)))) return
      pictures.forEach(dropPicture)
      this.#keep(EMPTY_DRAFT)
      actions.writeNew()
      await model.open({ kind: 'newest' })
    } finally {
      this.#isSending.value = false
    }
  }

  #keep(draft: Draft): void {
    this.#draft.value = draft
    keepDraft(this.#scope.channelId, draft)
  }
}
