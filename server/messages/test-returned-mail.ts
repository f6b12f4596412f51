// For tests: a mail as mail servers send it back (RFC 3464).

export interface Returned {
  readonly action?: string;
  readonly status?: string;
  readonly returned?: 'message/rfc822' | 'text/rfc822-headers';
}

/** `messageId`: of the mail that could not be delivered, with its brackets. */
export function returnedMail(messageId: string, given: Returned = {}): Buffer {
  const { action = 'failed', status = '5.1.1', returned = 'message/rfc822' } = given;
  const part = (type: string, ...lines: readonly string[]) =>
    ['--part', `Content-Type: ${type}`, '', ...lines, ''].join('\r\n');
  const head = [
    'From: Mail Delivery System <MAILER-DAEMON@mx.example>',
    'To: soukin@mihon.example',
    'Subject: Undelivered Mail Returned to Sender',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="part"',
    ...['', ''],
  ].join('\r\n');
  const body = [
    part('text/plain', 'This mail could not be delivered.'),
    part(
      'message/delivery-status',
      ...['Reporting-MTA: dns; mx.example', ''],
      'Final-Recipient: rfc822; nobody@mihon.example',
      ...[`Action: ${action}`, `Status: ${status}`],
      'Diagnostic-Code: smtp; 550 mailbox unavailable',
    ),
    part(
      returned,
      ...['From: soukin@mihon.example', 'To: nobody@mihon.example', `Message-ID: ${messageId}`],
    ),
  ];
  return Buffer.from(`${head}${body.join('\r\n')}--part--\r\n`);
}
