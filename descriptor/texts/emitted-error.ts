import { always, count, object, text, titled, type Answers } from '../answers';

interface ErrorInMessage {
  name: string;
  message: string;
  statusCode?: number;
  requestId?: string;
  operation: string;
}

const members: Answers<ErrorInMessage> = {
  name: titled('Name', always(text("AWS's name of the error, or InvalidInput, NetworkError, Timeout, InvalidResponse, OutcomeUnknown.", 'ResourceNotFoundException'))),
  message: titled('Message', always(text('What AWS says, or what must change in the input.', "Dataset 'profile' not found."))),
  statusCode: titled('Status Code', count('The HTTP status, where there was an answer.', 404)),
  requestId: titled('Request ID', text('The id of the request, where AWS gave one; its support asks for it.', '0d8e5c1a-1b2c-4d3e-8f90-a1b2c3d4e5f6')),
  operation: titled('Operation', always(text('The step that failed.', 'DescribeDataset'))),
};

/** What stands in place of an answer where the step's policy is to emit the error. */
export const emittedError: Answers<{ error: ErrorInMessage }> = {
  error: titled('Error', object('Only with the error handling policy «Emit the error as a message», in place of all other members: what went wrong. Beside it stands input, the body that came, without its tokens; where it was too long to be sent it is shortened, and inputIsShortened says so.', members)),
};
