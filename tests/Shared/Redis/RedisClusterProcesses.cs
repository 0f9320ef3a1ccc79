using System.Diagnostics;
using System.Globalization;

namespace Recsys.Tests.Redis;

/// <summary>A real Redis Cluster of three masters and three replicas.</summary>
internal sealed class RedisClusterProcesses : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan SplitTime = TimeSpan.FromSeconds(1);

    private RedisClusterProcesses(IReadOnlyList<RedisProcess> nodes) => Nodes = nodes;

    public IReadOnlyList<RedisProcess> Nodes { get; }

    /// <summary>All nodes' addresses, as `--redis` takes them.</summary>
    public string Addresses => string.Join(',', Nodes.Select(node => node.Address));

    /// <summary>Settings for <see cref="StartAsync"/> under which a replica takes over soon after its master ended.</summary>
    public static string[] QuickFailOver { get; } = ["cluster-node-timeout", "2000"];

    /// <summary>Starts one and waits until all nodes agree that it's whole.</summary>
    /// <param name="settings">Settings of redis.conf beside the usual or in their place. Usually no machine is too slow to pass for a node that ended.</param>
    public static async Task<RedisClusterProcesses> StartAsync(params string[] settings)
    {
        var nodes = new List<RedisProcess>();
        for (int i = 0; i < 6; i++)
        {
            nodes.Add(await RedisProcess.StartAsync(
                ["cluster-enabled", "yes", "cluster-node-timeout", "60000", "cluster-replica-validity-factor", "0", "repl-diskless-sync-delay", "0", .. settings]));
        }

        var cluster = new RedisClusterProcesses(nodes);
        await RedisProcess.RunCliAsync(["--cluster", "create", .. nodes.Select(node => node.Address), "--cluster-replicas", "1", "--cluster-yes"]);
        await cluster.WaitUntilWholeAsync(nodes);
        return cluster;
    }

    /// <summary>The masters now, by what the first node that answers says.</summary>
    public async Task<IReadOnlyList<RedisProcess>> MastersAsync(RedisProcess asked)
    {
        var lines = await NodeLinesAsync(asked);
        var ports = lines.Where(line => line.Flags.Contains("master", StringComparison.Ordinal) && !line.Flags.Contains("fail", StringComparison.Ordinal)).Select(line => line.Port);
        return [.. Nodes.Where(node => ports.Contains(node.Port))];
    }

    /// <summary>The replica of a master.</summary>
    public async Task<RedisProcess> ReplicaOfAsync(RedisProcess master)
    {
        var lines = await NodeLinesAsync(master);
        var id = lines.Single(line => line.Port == master.Port).Id;
        int port = lines.Single(line => line.Master == id).Port;
        return Nodes.Single(node => node.Port == port);
    }

    /// <summary>The slot of a key's hash tag.</summary>
    public async Task<int> SlotOfAsync(string tag) => int.Parse(await Nodes[0].CliAsync("cluster", "keyslot", $"{{{tag}}}"), CultureInfo.InvariantCulture);

    /// <summary>
    /// Moves a slot to the next master, with the keys in it, few at a time, while everything runs. As `redis-cli --cluster reshard` does it. After a while all that is left goes at once: on a slow
    /// machine a slot with many keys would else be split for longer than a store's patience of five seconds.
    /// </summary>
    public async Task MoveSlotAsync(int slot)
    {
        string text = slot.ToString(CultureInfo.InvariantCulture);
        var (masters, from, to) = await BeginMoveAsync(slot);
        var (fromNode, toNode) = (Nodes.Single(node => node.Port == from.Port), Nodes.Single(node => node.Port == to.Port));
        var watch = Stopwatch.StartNew();
        while ((await fromNode.CliAsync("cluster", "getkeysinslot", text, watch.Elapsed < SplitTime ? "5" : "100000")).Split('\n', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } keys)
        {
            string answer = await fromNode.CliAsync(["migrate", "127.0.0.1", to.Port.ToString(CultureInfo.InvariantCulture), "", "0", "5000", "KEYS", .. keys]);
            // NOKEY: it was deleted or ran out meanwhile.
            if (!answer.StartsWith("OK", StringComparison.Ordinal) && !answer.StartsWith("NOKEY", StringComparison.Ordinal))
                throw new InvalidOperationException($"MIGRATE of {string.Join(' ', keys)}: {answer}");
        }

        await SetSlotAsync(toNode, text, "node", to.Id);
        foreach (var master in masters.Where(line => line.Id != to.Id))
            await SetSlotAsync(Nodes.Single(node => node.Port == master.Port), text, "node", to.Id);
    }

    /// <summary>Says to two masters that a slot moves from one to the other, and moves no key.</summary>
    public async Task<(IReadOnlyList<ClusterLine> Masters, ClusterLine From, ClusterLine To)> BeginMoveAsync(int slot)
    {
        string text = slot.ToString(CultureInfo.InvariantCulture);
        var masters = (await NodeLinesAsync(Nodes[0])).Where(line => line.Flags.Contains("master", StringComparison.Ordinal)).OrderBy(line => line.Id, StringComparer.Ordinal).ToList();
        int owner = masters.FindIndex(line => Covers(line.Slots, slot));
        var (from, to) = (masters[owner], masters[(owner + 1) % masters.Count]);
        await SetSlotAsync(Nodes.Single(node => node.Port == to.Port), text, "importing", from.Id);
        await SetSlotAsync(Nodes.Single(node => node.Port == from.Port), text, "migrating", to.Id);
        return (masters, from, to);
    }

    private static async Task SetSlotAsync(RedisProcess node, string slot, string what, string id)
    {
        string answer = await node.CliAsync("cluster", "setslot", slot, what, id);
        if (!answer.StartsWith("OK", StringComparison.Ordinal))
            throw new InvalidOperationException($"CLUSTER SETSLOT {slot} {what} {id}: {answer}");
    }

    /// <summary>Waits until these nodes agree that all slots are served and every replica follows its master.</summary>
    public async Task WaitUntilWholeAsync(IReadOnlyList<RedisProcess> nodes)
    {
        var watch = Stopwatch.StartNew();
        foreach (var node in nodes)
        {
            while (!await IsWholeAsync(node))
            {
                if (watch.Elapsed > Deadline)
                    throw new TimeoutException($"The Cluster isn't whole after {Deadline.TotalSeconds} s: {await node.CliAsync("cluster", "info")}");
                await Task.Delay(50);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
            await node.DisposeAsync();
    }

    private static async Task<bool> IsWholeAsync(RedisProcess node)
    {
        string info = await node.CliAsync("cluster", "info");
        string replication = await node.CliAsync("info", "replication");
        var roles = await NodeLinesAsync(node);
        return info.Contains("cluster_state:ok", StringComparison.Ordinal)
            && info.Contains("cluster_known_nodes:6", StringComparison.Ordinal)
            // At first a node takes the replicas for masters.
            && roles.Count(line => line.Flags.Contains("slave", StringComparison.Ordinal)) == 3
            && (replication.Contains("master_link_status:up", StringComparison.Ordinal) || replication.Contains("connected_slaves:1", StringComparison.Ordinal));
    }

    private static bool Covers(IEnumerable<string> ranges, int slot) => ranges.Where(range => !range.StartsWith('[')).Select(range => range.Split('-')).Any(ends =>
        int.Parse(ends[0], CultureInfo.InvariantCulture) <= slot && slot <= int.Parse(ends[^1], CultureInfo.InvariantCulture));

    private static async Task<List<ClusterLine>> NodeLinesAsync(RedisProcess asked)
    {
        string nodes = await asked.CliAsync("cluster", "nodes");
        return
        [
            .. nodes.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).Select(words =>
                new ClusterLine(words[0], int.Parse(words[1].Split('@')[0].Split(':')[1], CultureInfo.InvariantCulture), words[2], words[3], words[8..])),
        ];
    }

    /// <summary>A line of CLUSTER NODES.</summary>
    internal sealed record ClusterLine(string Id, int Port, string Flags, string Master, string[] Slots);
}
