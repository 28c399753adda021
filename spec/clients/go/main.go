// AWS SDK for Go, version 1. Prints each operation that was answered.
package main

import (
	"fmt"
	"os"
	"reflect"
	"runtime"
	"strings"

	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/aws/credentials"
	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/cognitoidentity"
	"github.com/aws/aws-sdk-go/service/cognitosync"
	"github.com/aws/aws-sdk-go/service/sts"
)

const (
	facebook = "graph.facebook.com"
	google   = "accounts.google.com"
	role     = "arn:aws:iam::123456789012:role/Reader"
)

var name = os.Getenv("CLIENT")

// call sends one call and prints its operation, which is the name of the method.
func call[Input, Output any](method func(*Input) (*Output, error), input *Input) *Output {
	parts := strings.Split(runtime.FuncForPC(reflect.ValueOf(method).Pointer()).Name(), ".")
	operation := strings.TrimSuffix(parts[len(parts)-1], "-fm")
	output, err := method(input)
	if err != nil {
		fmt.Fprintln(os.Stderr, operation, err)
		os.Exit(1)
	}
	fmt.Println(operation)
	return output
}

func same(got, expected interface{}) {
	if got != expected {
		panic(fmt.Sprintf("expected %v, got %v", expected, got))
	}
}

func sessionOf(key, secret, token string) *session.Session {
	return session.Must(session.NewSession(&aws.Config{
		Endpoint:    aws.String(os.Getenv("ENDPOINT")),
		Region:      aws.String("us-east-1"),
		Credentials: credentials.NewStaticCredentials(key, secret, token),
		MaxRetries:  aws.Int(0),
	}))
}

var account = sessionOf("AKIDLOCAL", "local-secret", "")
var identity = cognitoidentity.New(account)
var str = aws.String

func main() {
	pool := makePool()
	logins := map[string]*string{facebook: str("alice")}
	alice := call(identity.GetId, &cognitoidentity.GetIdInput{IdentityPoolId: pool, Logins: logins}).IdentityId
	developer := cognitosync.New(account)
	configure(developer, pool)

	enhanced := call(identity.GetCredentialsForIdentity, &cognitoidentity.GetCredentialsForIdentityInput{IdentityId: alice, Logins: logins}).Credentials
	use(cognitosync.New(sessionOf(*enhanced.AccessKeyId, *enhanced.SecretKey, *enhanced.SessionToken)), pool, alice)

	token := call(identity.GetOpenIdToken, &cognitoidentity.GetOpenIdTokenInput{IdentityId: alice, Logins: logins}).Token
	tokens := sts.New(account)
	classic := call(tokens.AssumeRoleWithWebIdentity, &sts.AssumeRoleWithWebIdentityInput{
		RoleArn: str(role), RoleSessionName: &name, WebIdentityToken: token,
	}).Credentials
	write(cognitosync.New(sessionOf(*classic.AccessKeyId, *classic.SecretAccessKey, *classic.SessionToken)), pool, alice, "classic", "flow", "classic")
	same(*call(tokens.GetCallerIdentity, &sts.GetCallerIdentityInput{}).Account, "123456789012")

	developers(pool)
	unlink(pool)
	publish(developer, pool)
}

func makePool() *string {
	guests := aws.Bool(true)
	pool := call(identity.CreateIdentityPool, &cognitoidentity.CreateIdentityPoolInput{
		IdentityPoolName: &name, AllowUnauthenticatedIdentities: guests, DeveloperProviderName: str("login.mine"),
		IdentityPoolTags: map[string]*string{"made": str("here")},
	}).IdentityPoolId
	call(identity.UpdateIdentityPool, &cognitoidentity.IdentityPool{
		IdentityPoolId: pool, IdentityPoolName: &name, AllowUnauthenticatedIdentities: guests, AllowClassicFlow: guests,
		SupportedLoginProviders: map[string]*string{facebook: str("1"), google: str("2")},
	})
	described := call(identity.DescribeIdentityPool, &cognitoidentity.DescribeIdentityPoolInput{IdentityPoolId: pool})
	same(*described.SupportedLoginProviders[google], "2")
	gone := call(identity.CreateIdentityPool, &cognitoidentity.CreateIdentityPoolInput{
		IdentityPoolName: str(name + " gone"), AllowUnauthenticatedIdentities: guests,
	})
	call(identity.DeleteIdentityPool, &cognitoidentity.DeleteIdentityPoolInput{IdentityPoolId: gone.IdentityPoolId})
	pools := call(identity.ListIdentityPools, &cognitoidentity.ListIdentityPoolsInput{MaxResults: aws.Int64(60)})
	same(len(pools.IdentityPools) > 0, true)

	call(identity.SetIdentityPoolRoles, &cognitoidentity.SetIdentityPoolRolesInput{
		IdentityPoolId: pool, Roles: map[string]*string{"authenticated": str(role)},
	})
	roles := call(identity.GetIdentityPoolRoles, &cognitoidentity.GetIdentityPoolRolesInput{IdentityPoolId: pool})
	same(*roles.Roles["authenticated"], role)
	arn := str("arn:aws:cognito-identity:us-east-1:123456789012:identitypool/" + *pool)
	call(identity.TagResource, &cognitoidentity.TagResourceInput{
		ResourceArn: arn, Tags: map[string]*string{"team": &name, "gone": str("x")},
	})
	call(identity.UntagResource, &cognitoidentity.UntagResourceInput{ResourceArn: arn, TagKeys: []*string{str("gone")}})
	tags := call(identity.ListTagsForResource, &cognitoidentity.ListTagsForResourceInput{ResourceArn: arn}).Tags
	same(len(tags), 2)
	same(*tags["team"], name)
	call(identity.SetPrincipalTagAttributeMap, &cognitoidentity.SetPrincipalTagAttributeMapInput{
		IdentityPoolId: pool, IdentityProviderName: str(google), PrincipalTags: map[string]*string{"plan": str("custom:plan")},
	})
	principal := call(identity.GetPrincipalTagAttributeMap, &cognitoidentity.GetPrincipalTagAttributeMapInput{
		IdentityPoolId: pool, IdentityProviderName: str(google),
	})
	same(*principal.PrincipalTags["plan"], "custom:plan")
	return pool
}

func configure(developer *cognitosync.CognitoSync, pool *string) {
	call(developer.SetIdentityPoolConfiguration, &cognitosync.SetIdentityPoolConfigurationInput{
		IdentityPoolId: pool,
		PushSync: &cognitosync.PushSync{
			ApplicationArns: []*string{str("arn:aws:sns:us-east-1:123456789012:app/GCM/phone")}, RoleArn: str(role),
		},
		CognitoStreams: &cognitosync.CognitoStreams{
			StreamName: str("records"), RoleArn: str(role), StreamingStatus: str("ENABLED"),
		},
	})
	set := call(developer.GetIdentityPoolConfiguration, &cognitosync.GetIdentityPoolConfigurationInput{IdentityPoolId: pool})
	same(*set.CognitoStreams.StreamName, "records")
}

// write lists a dataset, writes one record, and lists it again.
func write(user *cognitosync.CognitoSync, pool, id *string, dataset, key, value string) {
	listed := call(user.ListRecords, &cognitosync.ListRecordsInput{IdentityPoolId: pool, IdentityId: id, DatasetName: &dataset})
	same(*listed.DatasetExists, false)
	written := call(user.UpdateRecords, &cognitosync.UpdateRecordsInput{
		IdentityPoolId: pool, IdentityId: id, DatasetName: &dataset, SyncSessionToken: listed.SyncSessionToken,
		RecordPatches: []*cognitosync.RecordPatch{{Op: str("replace"), Key: &key, Value: &value, SyncCount: aws.Int64(0)}},
	})
	same(*written.Records[0].SyncCount, int64(1))
	again := call(user.ListRecords, &cognitosync.ListRecordsInput{
		IdentityPoolId: pool, IdentityId: id, DatasetName: &dataset, LastSyncCount: aws.Int64(0), MaxResults: aws.Int64(10),
	})
	same(*again.Records[0].Value, value)
}

func use(user *cognitosync.CognitoSync, pool, id *string) {
	profile := str("profile")
	write(user, pool, id, *profile, "theme", "dark: ü 日本 😀")
	write(user, pool, id, "scratch", "a", "1")
	call(user.DeleteDataset, &cognitosync.DeleteDatasetInput{IdentityPoolId: pool, IdentityId: id, DatasetName: str("scratch")})
	datasets := call(user.ListDatasets, &cognitosync.ListDatasetsInput{IdentityPoolId: pool, IdentityId: id}).Datasets
	same(len(datasets), 1)
	described := call(user.DescribeDataset, &cognitosync.DescribeDatasetInput{IdentityPoolId: pool, IdentityId: id, DatasetName: profile})
	same(*described.Dataset.NumRecords, int64(1))
	usage := call(user.DescribeIdentityUsage, &cognitosync.DescribeIdentityUsageInput{IdentityPoolId: pool, IdentityId: id})
	same(*usage.IdentityUsage.DatasetCount, int64(1))
	device := call(user.RegisterDevice, &cognitosync.RegisterDeviceInput{
		IdentityPoolId: pool, IdentityId: id, Platform: str("GCM"), Token: str("a-token"),
	}).DeviceId
	call(user.SubscribeToDataset, &cognitosync.SubscribeToDatasetInput{
		IdentityPoolId: pool, IdentityId: id, DatasetName: profile, DeviceId: device,
	})
	call(user.UnsubscribeFromDataset, &cognitosync.UnsubscribeFromDatasetInput{
		IdentityPoolId: pool, IdentityId: id, DatasetName: profile, DeviceId: device,
	})
}

func developers(pool *string) {
	provider := str("login.mine")
	open := func(user string) *string {
		return call(identity.GetOpenIdTokenForDeveloperIdentity, &cognitoidentity.GetOpenIdTokenForDeveloperIdentityInput{
			IdentityPoolId: pool, Logins: map[string]*string{*provider: &user},
		}).IdentityId
	}
	before, id := open("old"), open("new")
	found := call(identity.LookupDeveloperIdentity, &cognitoidentity.LookupDeveloperIdentityInput{
		IdentityPoolId: pool, DeveloperUserIdentifier: str("old"),
	})
	same(*found.IdentityId, *before)
	merged := call(identity.MergeDeveloperIdentities, &cognitoidentity.MergeDeveloperIdentitiesInput{
		IdentityPoolId: pool, DeveloperProviderName: provider, SourceUserIdentifier: str("old"), DestinationUserIdentifier: str("new"),
	})
	same(*merged.IdentityId, *id)
	call(identity.UnlinkDeveloperIdentity, &cognitoidentity.UnlinkDeveloperIdentityInput{
		IdentityPoolId: pool, IdentityId: id, DeveloperProviderName: provider, DeveloperUserIdentifier: str("old"),
	})
}

func unlink(pool *string) {
	logins := map[string]*string{facebook: str("carol"), google: str("carol")}
	id := call(identity.GetId, &cognitoidentity.GetIdInput{IdentityPoolId: pool, Logins: logins}).IdentityId
	call(identity.UnlinkIdentity, &cognitoidentity.UnlinkIdentityInput{
		IdentityId: id, Logins: logins, LoginsToRemove: []*string{str(google)},
	})
	described := call(identity.DescribeIdentity, &cognitoidentity.DescribeIdentityInput{IdentityId: id})
	same(*described.Logins[0], facebook)
	guest := call(identity.GetId, &cognitoidentity.GetIdInput{IdentityPoolId: pool}).IdentityId
	call(identity.DeleteIdentities, &cognitoidentity.DeleteIdentitiesInput{IdentityIdsToDelete: []*string{guest}})
	left := call(identity.ListIdentities, &cognitoidentity.ListIdentitiesInput{
		IdentityPoolId: pool, MaxResults: aws.Int64(60), HideDisabled: aws.Bool(true),
	})
	same(len(left.Identities), 3)
}

func publish(developer *cognitosync.CognitoSync, pool *string) {
	call(developer.SetCognitoEvents, &cognitosync.SetCognitoEventsInput{
		IdentityPoolId: pool,
		Events:         map[string]*string{"SyncTrigger": str("arn:aws:lambda:us-east-1:123456789012:function:check")},
	})
	same(len(call(developer.GetCognitoEvents, &cognitosync.GetCognitoEventsInput{IdentityPoolId: pool}).Events), 1)
	call(developer.BulkPublish, &cognitosync.BulkPublishInput{IdentityPoolId: pool})
	details := call(developer.GetBulkPublishDetails, &cognitosync.GetBulkPublishDetailsInput{IdentityPoolId: pool})
	same(*details.BulkPublishStatus, "IN_PROGRESS")
	usage := call(developer.DescribeIdentityPoolUsage, &cognitosync.DescribeIdentityPoolUsageInput{IdentityPoolId: pool})
	same(*usage.IdentityPoolUsage.DataStorage > 0, true)
	usages := call(developer.ListIdentityPoolUsage, &cognitosync.ListIdentityPoolUsageInput{MaxResults: aws.Int64(60)})
	same(len(usages.IdentityPoolUsages) > 0, true)
}
