/** How the AWS SDK for JavaScript v2 sends a call, in Node.js and in a browser; `done` gets each operation that was answered. */
export function sender(AWS, endpoint, done) {
  const services = { identity: AWS.CognitoIdentity, sync: AWS.CognitoSync, sts: AWS.STS };
  const account = { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local-secret' };
  return async (service, operation, input, keys = account) => {
    const client = new services[service]({
      endpoint,
      region: 'us-east-1',
      credentials: new AWS.Credentials(keys),
      maxRetries: 0,
    });
    const answer = await client[operation.charAt(0).toLowerCase() + operation.slice(1)](input).promise();
    done(operation);
    return answer;
  };
}
