using System.Collections.Concurrent;

namespace Recsys.Storage.Sqlite;

/// <summary>
/// Small numbers for namespaces. A number is given once in the life of the process; the writer stores it in the transaction that first uses it, and again
/// if that one was rolled back.
/// </summary>
internal sealed class NamespaceTable
{
    private readonly ConcurrentDictionary<string, long> _numbers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<long, string> _names = [];
    private readonly HashSet<long> _stored = [];
    private readonly List<long> _storedInTransaction = [];
    private readonly Statement _insert;
    private long _last;

    public NamespaceTable(StoreConnection writer)
    {
        _insert = writer.Prepare("INSERT INTO namespaces (ns, name) VALUES (?, ?)");
        var all = writer.Prepare("SELECT ns, name FROM namespaces");
        using var run = all.Start();
        while (run.Step())
        {
            Add(run.Int64(0), run.Text(1));
            _stored.Add(run.Int64(0));
        }
    }

    /// <summary>For readers, on any thread: false where nothing was ever written in the namespace.</summary>
    public bool TryGetNumber(string name, out long number) => _numbers.TryGetValue(name, out number);

    /// <summary>For readers, on any thread.</summary>
    public string GetName(long number) => _names[number];

    /// <summary>Every name, in ordinal order; for readers, on any thread.</summary>
    public string[] Names() => [.. _names.Values.Order(StringComparer.Ordinal)];

    /// <summary>For the writer, within a transaction.</summary>
    public long GetOrStore(string name)
    {
        if (!_numbers.TryGetValue(name, out long number))
        {
            number = _last + 1;
            Add(number, name);
        }

        if (_stored.Add(number))
        {
            _storedInTransaction.Add(number);
            using var run = _insert.Start();
            run.Bind(1, number).Bind(2, name).Step();
        }

        return number;
    }

    /// <summary>The writer's transaction has ended.</summary>
    public void EndTransaction(bool committed)
    {
        if (!committed)
            _stored.ExceptWith(_storedInTransaction);
        _storedInTransaction.Clear();
    }

    private void Add(long number, string name)
    {
        _names[number] = name;
        _numbers[name] = number;
        _last = Math.Max(_last, number);
    }
}
