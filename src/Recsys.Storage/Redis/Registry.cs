using System.Collections.Concurrent;
using System.Diagnostics;
using StackExchange.Redis;

namespace Recsys.Storage.Redis;

/// <summary>
/// Sets of names that other keys are found by. A name is in its set before the first value is written, and stays. Each process writes it again now and then: a fail-over may have
/// lost it.
/// </summary>
internal sealed class Registry(RedisKeys keys, RedisCalls calls)
{
    private static readonly TimeSpan Trusted = TimeSpan.FromSeconds(5);

    // When it was written last.
    private readonly ConcurrentDictionary<(string Set, string Name), long> _known = [];

    public ValueTask AddNamespaceAsync(string ns) => AddAsync(keys.Namespaces, ns);

    public ValueTask AddNamespaceOfDocumentsAsync(string collection, string ns) => AddAsync(keys.NamespacesOf(collection), ns);

    /// <summary>The namespaces of users, in the order of their bytes.</summary>
    public Task<List<string>> NamespacesAsync() => ReadAsync(keys.Namespaces);

    /// <summary>The namespaces of a collection, in the order of their bytes.</summary>
    public Task<List<string>> NamespacesOfDocumentsAsync(string collection) => ReadAsync(keys.NamespacesOf(collection));

    private async Task<List<string>> ReadAsync(RedisKey set)
    {
        var members = await calls.CallAsync(set, static (db, key) => db.SetMembersAsync(key, CommandFlags.DemandMaster)).ConfigureAwait(false);
        List<string> names = [.. members.Select(member => (string)member!)];
        // Namespaces are ASCII.
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    private ValueTask AddAsync(RedisKey set, string name)
    {
        var entry = ((string)set!, name);
        return _known.TryGetValue(entry, out long written) && Stopwatch.GetElapsedTime(written) < Trusted ? default : new ValueTask(WriteAsync());

        async Task WriteAsync()
        {
            await calls.WriteAsync(RedisScript.AddToSet, [set], [name]).ConfigureAwait(false);
            _known[entry] = Stopwatch.GetTimestamp();
        }
    }
}
