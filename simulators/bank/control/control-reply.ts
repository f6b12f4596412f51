// The answers of the control API: plain JSON, numbers as numbers.

export type Fields = Readonly<Record<string, unknown>>;

export interface ControlReply {
  readonly status: number;
  readonly body: object;
}

export const done = (body: object): ControlReply => ({ status: 200, body });

export const problem = (status: number, error: string): ControlReply => ({
  status,
  body: { error },
});
