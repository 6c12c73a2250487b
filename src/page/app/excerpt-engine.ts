import type { Excerpt, Listing } from '../model.ts';
import type { QuestionName, Questions } from '../questions.ts';
import type { Engine } from './engine.ts';

type Answers = { readonly [Name in QuestionName]: (...of: Parameters<Questions[Name]>) => ReturnType<Questions[Name]> };

/** Answers from what a page holds of a capture that is too large for it. */
export class ExcerptEngine implements Engine {
  listed: (listing: Listing) => void = () => undefined;
  progress: (frames: number) => void = () => undefined;
  private readonly answers: Answers;

  constructor(excerpt: Excerpt) {
    this.answers = {
      open: () => {
        for (const listing of excerpt.listings) this.listed(listing);
        return excerpt.opened;
      },
      overview: (language) => excerpt.overview[language],
      detail: (frame) => excerpt.details.find((detail) => detail.frame === frame) ?? null,
      filter: () => ({ kind: 'impossible' }),
      connection: (stream, _, language) =>
        excerpt.connections.find((one) => one.stream === stream)?.pictures[language] ?? null,
      nat: () => null,
      journeys: (language) => excerpt.journeys[language],
      journey: (number, language) => excerpt.stories[language].find((story) => story.number === number) ?? null,
    };
  }

  async ask<Name extends QuestionName>(
    name: Name,
    ...of: Parameters<Questions[Name]>
  ): Promise<ReturnType<Questions[Name]>> {
    return this.answers[name](...of);
  }

  close(): void {}
}
