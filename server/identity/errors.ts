import { ServiceError } from '../errors';

// JSON 1.1 answers every error of the caller with 400; the name in the body tells them apart.
export const invalidParameter = (message: string) => new ServiceError('InvalidParameterException', 400, message);
export const notAuthorized = (message: string) => new ServiceError('NotAuthorizedException', 400, message);
export const resourceNotFound = (message: string) => new ServiceError('ResourceNotFoundException', 400, message);
export const identityNotFound = (id: string) => resourceNotFound(`Identity '${id}' not found.`);
export const resourceConflict = (message: string) => new ServiceError('ResourceConflictException', 400, message);
export const alreadyRegistered = () =>
  new ServiceError(
    'DeveloperUserAlreadyRegisteredException',
    400,
    'The developer user identifier is already registered under a different identity ID.',
  );
export const publicProvider = () => invalidParameter('Please provide a valid public provider.');
