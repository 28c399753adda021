import { connect } from 'amqplib';
import { AMQP_URL } from './world';

/** Says once, before any test, that there is no broker. */
export default async function requireBroker(): Promise<void> {
  try {
    await (await connect(AMQP_URL, { timeout: 5_000 })).close();
  } catch (error) {
    const { host } = new URL(AMQP_URL);
    throw new Error(
      `No RabbitMQ answers at ${host} (${error instanceof Error ? error.message : String(error)}). ` +
        'Start one with `bash .ci/rabbitmq start`, or set AMQP_URL.',
      { cause: error },
    );
  }
}
