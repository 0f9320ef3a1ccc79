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
            using (var file = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
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
        var bytes = File.ReadAllBytes(Path);
        var prefix = Magic.Length + sizeof(int);
        if (bytes.Length < prefix + HashBytes || !bytes.AsSpan(0, Magic.Length).SequenceEqual(Magic)
            || !SHA256.HashData(bytes.AsSpan(0, bytes.Length - HashBytes)).AsSpan().SequenceEqual(bytes.AsSpan(bytes.Length - HashBytes)))
            throw new TrainingException($"{Path} is no checkpoint, or a damaged one. Start without --resume");
        var length = BitConverter.ToInt32(bytes, Magic.Length);
        if (length is < 0 or > MaxHeader)
            throw new TrainingException($"{Path} is a checkpoint of another program version. Start without --resume");
        var header = JsonSerializer.Deserialize(bytes.AsSpan(prefix, length), SettingsJson.Default.CheckpointHeader)!;
        if (header.Purpose != purpose)
        {
            return ofAnotherIsNone
                ? null
                : throw new TrainingException(
                    $"{Path} is the checkpoint of a training with other settings or data: {Difference(header.Purpose)}. Give the same options, or start without --resume");
        }
        var at = prefix + length;
        var (weights, mean, square, best) = (Floats(header.Weights), Floats(header.Weights), Floats(header.Weights), Floats(header.BestWeights));
        var losses = MemoryMarshal.Cast<byte, double>(bytes.AsSpan(at, header.Losses * sizeof(double))).ToArray();
        return new Checkpoint(header.Epoch, header.Steps, weights, mean, square, losses, header.Last, header.Best, best, TimeSpan.FromSeconds(header.Seconds));

        float[] Floats(int count)
        {
            var values = MemoryMarshal.Cast<byte, float>(bytes.AsSpan(at, count * sizeof(float))).ToArray();
            at += count * sizeof(float);
            return values;
        }
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
