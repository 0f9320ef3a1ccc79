using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Recsys.Serving;
using Recsys.Serving.Access;
using Recsys.Storage.Sqlite;

namespace Recsys.Tests.Serving.Access;

public sealed class ApiKeyRegistryTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_key_is_found_by_its_secret_only_and_also_after_a_restart()
    {
        await using var store = await SqliteStore.OpenAsync(SqliteStoreOptions.Temporary(), None);
        var time = new FakeTimeProvider();
        var keys = await ApiKeyRegistry.LoadAsync(store, time, None);
        Assert.False(keys.KeysRequired);
        var (key, secret) = await keys.CreateAsync("backend", ApiScope.Ingest | ApiScope.Read, ["games", "films"], None);
        Assert.StartsWith($"rk_{key.KeyId}_", secret);
        var reopened = await ApiKeyRegistry.LoadAsync(store, time, None);
        foreach (var each in new[] { keys, reopened })
        {
            Assert.True(each.KeysRequired);
            Assert.Equivalent(key, each.Find(secret), strict: true);
            string[] cut = ["", "rk_", secret[..^1], secret[3..], $"rk_{key.KeyId}_", $"rk_{key.KeyId}"];
            foreach (var wrong in cut.Concat([secret + "A", "rk_nobody_" + secret[12..], key.SecretHash]))
            {
                Assert.Null(each.Find(wrong));
            }
        }
    }

    [Fact]
    public async Task Only_the_hash_of_the_secret_is_stored()
    {
        await using var store = await SqliteStore.OpenAsync(SqliteStoreOptions.Temporary(), None);
        var keys = await ApiKeyRegistry.LoadAsync(store, TimeProvider.System, None);
        var (key, secret) = await keys.CreateAsync("backend", ApiScope.Admin, ["*"], None);
        var document = await store.GetDocumentAsync("api_keys", "", key.KeyId, None);
        var stored = Encoding.UTF8.GetString(document!.Content.Span);
        Assert.DoesNotContain(secret.Split('_', 3)[2], stored, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret))), stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_key_says_when_and_still_counts_as_a_key()
    {
        await using var store = await SqliteStore.OpenAsync(SqliteStoreOptions.Temporary(), None);
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        var keys = await ApiKeyRegistry.LoadAsync(store, time, None);
        var (key, secret) = await keys.CreateAsync("backend", ApiScope.Read, ["games"], None);
        time.Advance(TimeSpan.FromMinutes(1));
        var revoked = await keys.RevokeAsync(key.KeyId, None);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(key.CreateTimeMs + 60_000, revoked.RevokeTimeMs);
        Assert.Equal(revoked.RevokeTimeMs, (await keys.RevokeAsync(key.KeyId, None)).RevokeTimeMs);
        var reopened = await ApiKeyRegistry.LoadAsync(store, time, None);
        Assert.True(reopened.KeysRequired);
        Assert.Equal(revoked.RevokeTimeMs, reopened.Find(secret)!.RevokeTimeMs);
        var missing = await Assert.ThrowsAsync<EngineException>(async () => await keys.RevokeAsync("k0", None));
        Assert.Equal(EngineErrorKind.NotFound, missing.Kind);
    }

    [Fact]
    public async Task Keys_are_listed_in_the_order_they_were_made_when_they_were_made_at_once()
    {
        await using var store = await SqliteStore.OpenAsync(SqliteStoreOptions.Temporary(), None);
        var time = new FakeTimeProvider();
        var keys = await ApiKeyRegistry.LoadAsync(store, time, None);
        var made = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            made.Add((await keys.CreateAsync($"{i}", ApiScope.Read, ["games"], None)).Key.KeyId);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(async () => await keys.CreateAsync("", ApiScope.Read, ["games"], None))));
        var listed = await keys.ListAsync(None);
        Assert.Equal(made, listed.Take(5).Select(key => key.KeyId));
        Assert.Equal(15, listed.Count);
        Assert.Equal(15, (await (await ApiKeyRegistry.LoadAsync(store, time, None)).ListAsync(None)).Count);
    }
}
