// AWS SDK for JavaScript v2. Prints each operation that was answered.
import AWS from 'aws-sdk';
import { scenario } from './scenario.mjs';
import { sender } from './v2-sender.mjs';

const { CLIENT = '', ENDPOINT = '' } = process.env;
await scenario(
  CLIENT,
  sender(AWS, ENDPOINT, (operation) => console.log(operation)),
);
