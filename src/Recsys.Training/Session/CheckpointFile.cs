using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Recsys.Training.Session;

/// <summary>
/// Keeps the newest checkpoint in a file: a magic number, a header as JSON, arrays of float32 and float64, and the SHA-256 of all that. It's replaced by a rename, so it is
/// always a whole one.
/// </summary>
/// <param name="path">Where.</param>
/// <param name="purpose">What the training is of: settings, data and split. A checkpoint of another purpose isn't read.</param>
internal sealed class CheckpointFile(string path, string purpose)
{
    private const int HashBytes = 32;
    private const int MaxHeader = 1 << 20;
    private const int BufferLength = 1 << 16;

    private static readonly byte[] Magic = "RECSYSCP"u8.ToArray();

    public string Path { get; } = path;

    /// <summary>Replaces the checkpoint.</summary>
    /// <exception cref="IOException">The disk failed or is full; what was there before still is.</exception>
    public void Write(Checkpoint checkpoint)
    {
        var partial = Path + ".partial";
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
            using (var file = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, BufferLength))
            {
                using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                var header = JsonSerializer.SerializeToUtf8Bytes(
                    new CheckpointHeader(
                        purpose, checkpoint.Epoch, checkpoint.Steps, checkpoint.Weights.Length, checkpoint.Losses.Length, checkpoint.Last, checkpoint.Best, checkpoint.BestWeights.Length,
                        checkpoint.Elapsed.TotalSeconds),
                    SettingsJson.Default.CheckpointHeader);
                Put(Magic);
                Put(BitConverter.GetBytes(header.Length));
                Put(header);
                foreach (var array in new[] { checkpoint.Weights, checkpoint.Mean, checkpoint.Square, checkpoint.BestWeights })
                    Put(MemoryMarshal.AsBytes(array.AsSpan()));
                Put(MemoryMarshal.AsBytes(checkpoint.Losses.AsSpan()));
                file.Write(hash.GetHashAndReset());
                file.Flush(flushToDisk: true);

                void Put(ReadOnlySpan<byte> bytes)
                {
                    file.Write(bytes);
                    hash.AppendData(bytes);
                }
            }
            File.Move(partial, Path, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    /// <summary>Reads the checkpoint.</summary>
    /// <param name="ofAnotherIsNone">Whether one of another training counts as none, to be written over.</param>
    /// <returns>Null: there is none.</returns>
    /// <exception cref="TrainingException">It's damaged, or of another training.</exception>
    public Checkpoint? Read(bool ofAnotherIsNone)
    {
        if (!File.Exists(Path))
            return null;
        using var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferLength);
        var prefix = new byte[Magic.Length + sizeof(int)];
        if (file.Length < prefix.Length + HashBytes || !IsWhole(file, prefix))
            throw new TrainingException($"{Path} is no checkpoint, or a damaged one. Start without --resume");
        var length = BitConverter.ToInt32(prefix, Magic.Length);
        if (length is < 0 or > MaxHeader)
            throw new TrainingException($"{Path} is a checkpoint of another program version. Start without --resume");
        file.Position = prefix.Length;
        var text = new byte[length];
        file.ReadExactly(text);
        var header = JsonSerializer.Deserialize(text, SettingsJson.Default.CheckpointHeader)!;
        if (header.Purpose != purpose)
        {
            return ofAnotherIsNone
                ? null
                : throw new TrainingException(
                    $"{Path} is the checkpoint of a training with other settings or data: {Difference(header.Purpose)}. Give the same options, or start without --resume");
        }
        var (weights, mean, square, best) = (Values<float>(header.Weights), Values<float>(header.Weights), Values<float>(header.Weights), Values<float>(header.BestWeights));
        return new Checkpoint(header.Epoch, header.Steps, weights, mean, square, Values<double>(header.Losses), header.Last, header.Best, best, TimeSpan.FromSeconds(header.Seconds));

        T[] Values<T>(int count)
            where T : unmanaged
        {
            var values = new T[count];
            file.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }
    }

    /// <summary>Reads what comes before the header, and compares the hash. Files may be longer than an array.</summary>
    private static bool IsWhole(FileStream file, byte[] prefix)
    {
        file.ReadExactly(prefix);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(prefix);
        var buffer = new byte[BufferLength];
        for (var left = file.Length - prefix.Length - HashBytes; left > 0;)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, left));
            file.ReadExactly(part);
            hash.AppendData(part);
            left -= part.Length;
        }
        var kept = new byte[HashBytes];
        file.ReadExactly(kept);
        return prefix.AsSpan(0, Magic.Length).SequenceEqual(Magic) && hash.GetHashAndReset().AsSpan().SequenceEqual(kept);
    }

    private string Difference(string other)
    {
        var (now, then) = (purpose.Split('\n'), other.Split('\n'));
        var said = new StringBuilder();
        foreach (var line in now.Except(then).Take(3))
            said.Append(said.Length == 0 ? "" : "; ").Append("now ").Append(line);
        foreach (var line in then.Except(now).Take(3))
            said.Append(said.Length == 0 ? "" : "; ").Append("then ").Append(line);
        return said.ToString();
    }
}
