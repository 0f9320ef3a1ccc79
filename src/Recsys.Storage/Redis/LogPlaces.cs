using System.Globalization;
using System.Text;

namespace Recsys.Storage.Redis;

/// <summary>How far each partition of each namespace was read. The bytes of a cursor: version, partitions, next place, then each namespace's name and boundaries.</summary>
internal sealed class LogPlaces
{
    private const byte Version = 1;

    private readonly int _partitions;
    private readonly List<string> _namespaces = [];
    private readonly List<long[]> _boundaries = [];

    private LogPlaces(int partitions) => _partitions = partitions;

    /// <summary>Places: partitions times namespaces.</summary>
    public int Count => _partitions * _namespaces.Count;

    /// <summary>Where reading goes on.</summary>
    public int Next { get; set; }

    /// <summary>Reads a cursor, and adds namespaces that are new since.</summary>
    public static LogPlaces Read(LogCursor cursor, int partitions, IReadOnlyList<string> namespaces)
    {
        var places = new LogPlaces(partitions);
        if (!cursor.Bytes.IsEmpty)
            places.ReadBytes(cursor);
        foreach (string ns in namespaces)
        {
            if (!places._namespaces.Contains(ns))
                places.Add(ns, new long[partitions]);
        }

        return places;
    }

    public string NamespaceOf(int place) => _namespaces[place / _partitions];

    public int PartitionOf(int place) => place % _partitions;

    /// <summary>The sequence read last; empty: none yet.</summary>
    public string BoundaryText(int place)
    {
        long boundary = _boundaries[place / _partitions][place % _partitions];
        return boundary == 0 ? "" : boundary.ToString(CultureInfo.InvariantCulture);
    }

    public void Move(int place, long sequence) => _boundaries[place / _partitions][place % _partitions] = sequence;

    /// <summary>Whether nothing comes before: sequences begin at 1.</summary>
    public bool IsAtStart(int place) => _boundaries[place / _partitions][place % _partitions] == 1;

    /// <summary>Notes that nothing comes before. Most partitions of a small store are empty, and needn't be asked for each page.</summary>
    public void MoveToStart(int place) => Move(place, 1);

    public LogCursor Write()
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, Encoding.UTF8))
        {
            writer.Write(Version);
            writer.Write7BitEncodedInt(_partitions);
            writer.Write7BitEncodedInt(Next);
            writer.Write7BitEncodedInt(_namespaces.Count);
            for (int i = 0; i < _namespaces.Count; i++)
            {
                writer.Write(_namespaces[i]);
                foreach (long boundary in _boundaries[i])
                    writer.Write7BitEncodedInt64(boundary);
            }
        }

        return new LogCursor(bytes.ToArray());
    }

    private void ReadBytes(LogCursor cursor)
    {
        using var reader = new BinaryReader(new MemoryStream(cursor.Bytes.ToArray()), Encoding.UTF8);
        try
        {
            if (reader.ReadByte() != Version || reader.Read7BitEncodedInt() != _partitions)
                throw new ArgumentException($"The cursor isn't one of this store, whose log has {_partitions} partitions.", nameof(cursor));
            Next = reader.Read7BitEncodedInt();
            for (int left = reader.Read7BitEncodedInt(); left > 0; left--)
            {
                string ns = reader.ReadString();
                long[] boundaries = new long[_partitions];
                for (int i = 0; i < boundaries.Length; i++)
                    boundaries[i] = reader.Read7BitEncodedInt64();
                Add(ns, boundaries);
            }
        }
        catch (EndOfStreamException e)
        {
            throw new ArgumentException("The cursor is cut off.", nameof(cursor), e);
        }
    }

    private void Add(string ns, long[] boundaries)
    {
        _namespaces.Add(ns);
        _boundaries.Add(boundaries);
    }
}
