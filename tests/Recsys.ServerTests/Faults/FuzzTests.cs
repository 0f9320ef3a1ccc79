using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using Recsys.ServerTests.Running;
using Recsys.V1;
using Xunit.Abstractions;

namespace Recsys.ServerTests.Faults;

/// <summary>Nonsense of every kind over real sockets: the server answers with errors that are the caller's, logs no error of its own, and goes on.</summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, byte[]> Seeds = new()
    {
        ["EventService/WriteEvents"] = Sample.Write(FullEvent(), Sample.Play("u", "b", "2")).ToByteArray(),
        ["EventService/StreamEvents"] = new StreamEventsRequest { Namespace = "fuzz", Events = { Sample.Sequenced(1, FullEvent()) } }.ToByteArray(),
        ["EventService/UndoEvents"] = new UndoEventsRequest { UserId = "u", EventIds = { "1", "2" } }.ToByteArray(),
        ["RecommendationService/Recommend"] = FullList().ToByteArray(),
        ["RecommendationService/StreamRecommendations"] =
            new StreamRecommendationsRequest { Events = { Sample.Sequenced(1, FullEvent()) }, Subscriptions = { Sample.List("u") }, UnsubscribeUserIds = { "v" } }.ToByteArray(),
        ["RecommendationService/ListSimilarItems"] = new ListSimilarItemsRequest { ItemId = "a", PageSize = 3, ItemKinds = { ItemKind.Film } }.ToByteArray(),
        ["RecommendationService/ListTrendingItems"] = new ListTrendingItemsRequest { PageSize = 3, PageToken = "x" }.ToByteArray(),
        ["RecommendationService/RecommendShelves"] =
            new RecommendShelvesRequest { UserIds = { "u" }, Shelves = { new ShelfRequest { Kind = ShelfKind.BecauseYouPlayed, ItemId = "a", PageSize = 3 } }, Filter = "price < 5" }.ToByteArray(),
        ["CatalogService/UpsertItem"] = new UpsertItemRequest { Item = Sample.FullItem("a"), UpdateMask = new() { Paths = { "title" } } }.ToByteArray(),
        ["CatalogService/BatchUpsertItems"] = new BatchUpsertItemsRequest { Items = { Sample.FullItem("a"), Sample.Film("b") } }.ToByteArray(),
        ["CatalogService/ListItems"] = new ListItemsRequest { PageSize = 3, PageToken = "x", ParentId = "a" }.ToByteArray(),
        ["UserService/UpdateUser"] =
            new UpdateUserRequest { User = new User { UserId = "u", MaturityCeiling = 12, Consent = new Consent(), Attributes = { ["k"] = "v" } } }.ToByteArray(),
        ["UserService/ListUserEvents"] = new ListUserEventsRequest { UserId = "u", PageToken = "x" }.ToByteArray(),
        ["UserService/LinkUsers"] = new LinkUsersRequest { AnonymousUserId = "u", KnownUserId = "v" }.ToByteArray(),
        ["PreferenceService/SetPreferences"] = new SetPreferencesRequest
        {
            UserId = "u",
            Preferences = { new Preference { Kind = PreferenceKind.Less, Subject = new PreferenceSubject { ItemId = "a" } } },
        }.ToByteArray(),
        ["PreferenceService/RetractPreferences"] = new RetractPreferencesRequest { UserId = "u", Subjects = { new PreferenceSubject { Genre = "drama" } } }.ToByteArray(),
        ["PreferenceService/ResetUser"] = new ResetUserRequest { UserId = "u" }.ToByteArray(),
        ["PreferenceService/SetOnboardingPicks"] = new SetOnboardingPicksRequest { UserId = "u", OnboardingPicks = new OnboardingPicks { ItemIds = { "a" }, Genres = { "drama" } } }.ToByteArray(),
        ["ModelService/ListModels"] = new ListModelsRequest { PageToken = "x" }.ToByteArray(),
        ["ModelService/ActivateModel"] = new ActivateModelRequest { ModelVersion = "session-1" }.ToByteArray(),
        ["PlacementService/PutPlacement"] = new PutPlacementRequest { Placement = Sample.FullPlacement("p"), ValidateOnly = true }.ToByteArray(),
        ["PlacementService/ListPlacementVersions"] = new ListPlacementVersionsRequest { PlacementId = "p", PageToken = "x" }.ToByteArray(),
        ["PlacementService/RollBackPlacement"] = new RollBackPlacementRequest { PlacementId = "p", Version = 1, Etag = "1" }.ToByteArray(),
        ["ExperimentService/PutExperiment"] = new PutExperimentRequest
        {
            ValidateOnly = true,
            Experiment = new()
            {
                ExperimentId = "e",
                Placement = "p",
                Control = "a",
                Variants = { new ExperimentVariant { Name = "a", Share = 0.5 }, new ExperimentVariant { Name = "b", Share = 0.5 } },
            },
        }.ToByteArray(),
        ["ExperimentService/ReportExperiment"] = new ReportExperimentRequest { ExperimentId = "e" }.ToByteArray(),
        ["ExperimentService/ExportExposures"] = new ExportExposuresRequest { Placement = "p", FromTime = new() { Seconds = 1 }, ToTime = new() { Seconds = 2 } }.ToByteArray(),
        ["AccessService/RevokeApiKey"] = new RevokeApiKeyRequest { KeyId = "k" }.ToByteArray(),
    };

    private static readonly string[] Methods = [.. Seeds.Keys.Order(StringComparer.Ordinal)];

    private static readonly string[] JsonSeeds =
    [
        """POST /v1/events:write {"events":[{"userId":"u","type":"EVENT_TYPE_RATING","itemId":"a","rating":3.5,"eventTime":"2024-01-01T00:00:00Z","position":"3.5s"}]}""",
        """POST /v1/items:upsert {"item":{"itemId":"a","kind":"ITEM_KIND_GAME","attributes":{"x":{"number":1.5}},"availability":[{"countries":["BR"]}]},"updateMask":"title"}""",
        """POST /v1/users:update {"user":{"userId":"u","consent":{"retention":"CONSENT_CHOICE_GRANTED"},"maturityCeiling":12}}""",
        """POST /v1/placements:put {"placement":{"placementId":"p","sources":[{"source":"CANDIDATE_SOURCE_TASTE","weight":2}],"pins":[{"itemId":"a","position":1}]}}""",
        """POST /v1/recommendations:recommend {"userIds":["u"],"pageSize":5,"context":{"utcOffset":"3600s","locale":"pt-BR"}}""",
    ];

    [Fact]
    public async Task Server_when_fuzzed_with_10000_messages_stays_healthy()
    {
        const int Messages = 10_000;
        await using var server = await RunningServer.StartAsync();
        var random = new Random(20_240_501);
        using var http2 = new HttpClient { BaseAddress = server.Host.Addresses.Grpc };
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var start = 0; start < Messages; start += 20)
        {
            var batch = Enumerable.Range(0, 20).Select(i => (start + i) switch
            {
                var n when n % 4 == 0 => JsonAsync(server.Rest, random),
                var n when n % 4 == 1 => FrameAsync(http2, random),
                var n when n % 7 == 0 => StreamAsync(server, random),
                _ => UnaryAsync(server, random),
            }).ToArray();
            foreach (var outcome in await Task.WhenAll(batch)) counts[outcome] = counts.GetValueOrDefault(outcome) + 1;
        }

        foreach (var (outcome, count) in counts) output.WriteLine($"{count,6} {outcome}");
        Assert.Equal(Messages, counts.Values.Sum());
        foreach (var reached in (string[])["grpc OK", "grpc InvalidArgument", "stream OK", "stream InvalidArgument", "frame OK", "frame InvalidArgument", "rest 200", "rest 400"])
            Assert.Contains(reached, counts.Keys);
        string[] ours = ["Internal", "Unknown", "DataLoss", "500"];
        // A frame that is none is answered by the gRPC framework itself, before any of our code, with UNKNOWN or INTERNAL.
        Assert.DoesNotContain(
            counts.Keys,
            outcome => !outcome.StartsWith("frame ", StringComparison.Ordinal) && ours.Any(code => outcome.Contains(code, StringComparison.Ordinal)));

        var health = await new Health.HealthClient(server.Channel).CheckAsync(new HealthCheckRequest());
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, health.Status);
        await using var stream = new Duplex(server.Clients);
        await stream.SubscribeAsync(Sample.List("after"));
        await stream.SendAsync(Sample.Sequenced(1, Sample.Play("after", "a")));
        await stream.FinishAsync();
        Assert.Equal(EventAck.ResultOneofCase.Accepted, stream.Acks.Single().ResultCase);
        await Eventually.HoldsAsync(() => server.Metrics is { OpenStreams: 0, Subscriptions: 0, UnsentAcks: 0 }, "every fuzzed stream is freed");
    }

    private static async Task<string> UnaryAsync(RunningServer server, Random random)
    {
        var method = Methods.Where(name => !name.Contains("/Stream", StringComparison.Ordinal)).ElementAt(random.Next(Methods.Length - 2)).Split('/');
        var message = Mutate(Seeds[string.Join('/', method)], random);
        try
        {
            await RawCalls.UnaryAsync(server.Clients.Invoker, method[0], method[1], message);
            return "grpc OK";
        }
        catch (RpcException exception)
        {
            return $"grpc {exception.StatusCode}";
        }
    }

    private static async Task<string> StreamAsync(RunningServer server, Random random)
    {
        var (service, method) = random.Next(2) == 0 ? ("EventService", "StreamEvents") : ("RecommendationService", "StreamRecommendations");
        using var call = RawCalls.Duplex(server.Clients.Invoker, service, method, Eventually.Soon());
        try
        {
            await call.RequestStream.WriteAsync(Mutate(Seeds[$"{service}/{method}"], random));
            await call.RequestStream.CompleteAsync();
            await foreach (var response in call.ResponseStream.ReadAllAsync()) _ = response;
            return "stream OK";
        }
        catch (RpcException exception)
        {
            return $"stream {exception.StatusCode}";
        }
    }

    /// <summary>A gRPC body whose framing is nonsense as well.</summary>
    private static async Task<string> FrameAsync(HttpClient http2, Random random)
    {
        var method = Methods[random.Next(Methods.Length)];
        var payload = Mutate(Seeds[method], random);
        var frame = new byte[5 + payload.Length];
        frame[0] = random.Next(4) == 0 ? (byte)random.Next(256) : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), random.Next(4) switch { 0 => (uint)random.Next(), 1 => (uint)random.Next(payload.Length + 1), _ => (uint)payload.Length });
        payload.CopyTo(frame, 5);
        var body = random.Next(4) == 0 ? payload : frame;
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/recsys.v1.{method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        try
        {
            using var response = await http2.SendAsync(request, Eventually.Soon());
            await response.Content.ReadAsByteArrayAsync(Eventually.Soon());
            var status = response.TrailingHeaders.TryGetValues("grpc-status", out var trailer) || response.Headers.TryGetValues("grpc-status", out trailer) ? trailer.First() : "none";
            return int.TryParse(status, out var code) ? $"frame {(StatusCode)code}" : $"frame without status, HTTP {(int)response.StatusCode}";
        }
        catch (HttpRequestException)
        {
            return "frame reset";
        }
    }

    private static async Task<string> JsonAsync(HttpClient rest, Random random)
    {
        var seed = JsonSeeds[random.Next(JsonSeeds.Length)].Split(' ', 3);
        var text = seed[2].ToCharArray();
        var body = random.Next(10) == 0 ? RandomBytes(random) : Encoding.UTF8.GetBytes(text);
        for (var i = random.Next(4); i > 0 && body.Length > 0; i--) body[random.Next(body.Length)] = (byte)(random.Next(3) == 0 ? random.Next(256) : "{}[]\",:0e-\\u"[random.Next(12)]);
        if (random.Next(4) == 0) body = body[..random.Next(body.Length + 1)];
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await rest.PostAsync(seed[1], content, Eventually.Soon());
        return $"rest {(int)response.StatusCode}";
    }

    private static byte[] Mutate(byte[] seed, Random random)
    {
        if (random.Next(5) == 0) return RandomBytes(random);
        var bytes = seed.ToList();
        for (var i = random.Next(1, 6); i > 0 && bytes.Count > 0; i--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveAt(at);
                    break;
                case 3:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                default:
                    var length = random.Next(1, Math.Min(20, bytes.Count - at) + 1);
                    bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length));
                    break;
            }
        }

        return [.. bytes];
    }

    private static byte[] RandomBytes(Random random)
    {
        var bytes = new byte[random.Next(200)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static Event FullEvent() => new()
    {
        EventId = "1",
        UserId = "u",
        Type = EventType.Rating,
        ItemId = "a",
        SessionId = "s",
        EventTime = new() { Seconds = 1_700_000_000, Nanos = 5 },
        Position = new() { Seconds = 5 },
        Duration = new() { Seconds = 50 },
        Rating = 3.5,
        RatingMax = 5,
        Price = new Money { CurrencyCode = "EUR", AmountMicros = 5 },
        RecommendationId = "r",
        ListPosition = 3,
        Placement = "home",
        Context = new RequestContext { UtcOffset = new() { Seconds = 3_600 }, Locale = "pt-BR", Country = "BR", Attributes = { ["k"] = "v" } },
    };

    private static RecommendRequest FullList() => new()
    {
        Namespace = "fuzz",
        UserIds = { "u", "v" },
        Placement = "home",
        PageSize = 5,
        SeenPolicy = SeenPolicy.Allow,
        IncludeItemIds = { "a", "b" },
        ExcludeItemIds = { "c" },
        ItemKinds = { ItemKind.Film, ItemKind.Game },
        MaturityCeiling = 12,
        Context = new RequestContext { Locale = "pt-BR" },
        RequestTime = new() { Seconds = 1_700_000_000 },
    };
}
