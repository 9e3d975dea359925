/** markInstallation: says at the first start whether this is a demonstration, and at every later one what was said. */
import pg from 'pg';

export async function markInstallation(ownerUrl: string, demo: boolean): Promise<boolean> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'granary-start' });
  await client.connect();
  try {
    await client.query('insert into installation (demo, created_at) values ($1, now()) on conflict do nothing', [demo]);
    const { rows } = await client.query<{ demo: boolean }>('select demo from installation');
    return rows[0]?.demo ?? demo;
  } finally {
    await client.end();
  }
}
