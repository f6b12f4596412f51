// Configuration of the file connector: where files are exchanged, whose account pays, what the bank
// promises.
import Type, { type Static } from 'typebox';
import { firstOutsideClass } from '../../../../zengin/kana.ts';
import type { RailAccount } from '../../rail.ts';
import { badConfig, configReader, TimingSchema } from '../config.ts';

const Path = Type.String({ minLength: 1, maxLength: 500 });
const strict = { additionalProperties: false } as const;

const FolderSchema = Type.Object({ outbox: Path, inbox: Path }, strict);

const SftpSchema = Type.Object(
  {
    host: Type.String({ minLength: 1, maxLength: 255 }),
    port: Type.Integer({ minimum: 1, maximum: 65_535, default: 22 }),
    username: Type.String({ minLength: 1, maxLength: 100 }),
    password: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
    /** OpenSSH or PEM text, with its passphrase where it has one. */
    privateKey: Type.Optional(Type.String({ minLength: 1, maxLength: 20_000 })),
    passphrase: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
    /** As `ssh-keygen -lf` prints it. A server with another key is never spoken to. */
    hostKey: Type.String({ pattern: '^SHA256:[0-9A-Za-z+/]{43}$' }),
    outbox: Path,
    inbox: Path,
    timeoutMs: Type.Integer({ minimum: 1_000, maximum: 600_000, default: 60_000 }),
  },
  strict,
);

const FileConfigSchema = Type.Object(
  {
    /**
     * Exactly one of the two. Both name folders as seen from here: `outbox` is read by the bank.
     */
    folder: Type.Optional(FolderSchema),
    sftp: Type.Optional(SftpSchema),
    /**
     * A local folder that keeps a copy of every file before the bank can see it, and of every file
     * from the bank before it is put away there: durable, shared by all processes that serve this
     * account, outside the database's backups. By it a file that never left is known as such, and
     * what happened is found again after a restore. `<inbox>/sent` unless given; over SFTP it must
     * be given, since a copy at the bank is not ours.
     */
    archive: Type.Optional(Path),
    /** The account that is debited, as it stands in the header record. */
    remitter: Type.Object(
      {
        /** 振込依頼人(委託者)コード, given by the bank. */
        code: Type.String({ pattern: '^[0-9]{10}$' }),
        /** 振込依頼人名 in the bank's half-width form. */
        name: Type.String({ minLength: 1, maxLength: 40 }),
        bankCode: Type.String({ pattern: '^[0-9]{4}$' }),
        branchCode: Type.String({ pattern: '^[0-9]{3}$' }),
        accountType: Type.Union([Type.Literal('ordinary'), Type.Literal('current')]),
        accountNumber: Type.String({ pattern: '^[0-9]{7}$' }),
      },
      strict,
    ),
    lineEnding: Type.Union([Type.Literal('crlf'), Type.Literal('none')], { default: 'crlf' }),
    /** 振込指定区分 7 (電信) in every item, where the bank asks for it. */
    wireMark: Type.Boolean({ default: false }),
    /** Files read are moved to `<inbox>/done`, or removed where the bank offers no such folder. */
    acknowledge: Type.Union([Type.Literal('move'), Type.Literal('remove')], { default: 'move' }),
    /** The bank promises that a file of a name or content it had is not executed again. */
    bankRefusesDuplicates: Type.Boolean({ default: false }),
    /**
     * Business days without a return after which a payment counts as paid; 0: the statement lists
     * each.
     */
    silenceBusinessDays: Type.Integer({ minimum: 0, maximum: 30, default: 0 }),
    maxItems: Type.Integer({ minimum: 1, maximum: 9_999, default: 9_999 }),
    timing: Type.Union([TimingSchema], {
      default: { cutOffs: ['11:00'], leadBusinessDays: 1 },
    }),
    /** How long a hand-over that was cut off may still come to an end on the server. */
    absenceProofMinutes: Type.Integer({ minimum: 1, maximum: 10_080, default: 60 }),
  },
  strict,
);

export type FileConfig = Static<typeof FileConfigSchema> & { readonly archive: string };
export type SftpConfig = Static<typeof SftpSchema>;

const read = configReader('file', FileConfigSchema);

export function readFileConfig(account: RailAccount): FileConfig {
  const config = read(account);
  const { folder, sftp } = config;
  if ((folder === undefined) === (sftp === undefined)) {
    throw badConfig(account, 'file', 'give either /folder or /sftp');
  }
  if (sftp !== undefined && sftp.password === undefined && sftp.privateKey === undefined) {
    throw badConfig(account, 'file', '/sftp needs a password or a privateKey');
  }
  if (firstOutsideClass(config.remitter.name, 'name') >= 0) {
    throw badConfig(account, 'file', '/remitter/name holds a character that banks refuse');
  }
  return { ...config, archive: archiveOf(account, config) };
}

function archiveOf(account: RailAccount, config: Static<typeof FileConfigSchema>): string {
  const { folder, archive = folder && `${folder.inbox}/sent` } = config;
  if (archive === undefined) {
    throw badConfig(account, 'file', '/sftp needs /archive, a local folder: recovery reads it');
  }
  if (archive === folder?.outbox || archive === folder?.inbox) {
    throw badConfig(account, 'file', '/archive must be a folder of its own');
  }
  return archive;
}
