/** What help says, the same in each language. */
export interface Words {
  readonly usage: string;
  readonly show: string;
  readonly fields: string;
  readonly fieldsPrefix: string;
  readonly fieldsForm: string;
  readonly completion: string;
  readonly completionShell: string;
  readonly groups: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  readonly examples: readonly (readonly [command: string, what: string])[];
  readonly exit: string;
  /** By name: commands of the command table. */
  readonly commands: Readonly<Record<string, CommandWords>>;
}

/** What help says of one command; an option that is not named here is called as everywhere. */
interface CommandWords {
  readonly what: string;
  readonly file: string;
  readonly options: Readonly<Record<string, string>>;
  /** What people do with it most, three at the most. */
  readonly examples?: Words['examples'];
}
