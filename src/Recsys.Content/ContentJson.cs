using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Recsys.Content.Networks;
using Recsys.Content.Preprocessing;

namespace Recsys.Content;

/// <summary>
/// The JSON of artefacts, without reflection. A field that's absent gets its type's zero, not its default: artefacts hold all of them, and are checked.
/// </summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, UseStringEnumConverter = true, MaxDepth = 32)]
[JsonSerializable(typeof(NetworkManifest))]
[JsonSerializable(typeof(FittedPreprocessing))]
internal sealed partial class ContentJson : JsonSerializerContext
{
    /// <summary>Reads a file of bounded size.</summary>
    /// <exception cref="InvalidDataException">It is absent, too large, or not valid.</exception>
    internal static T Read<T>(string path, long maxBytes, JsonTypeInfo<T> type)
    {
        byte[] bytes;
        try
        {
            var length = new FileInfo(path).Length;
            if (length > maxBytes) throw new InvalidDataException($"{path} is {length} bytes, expected at most {maxBytes}.");
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidDataException($"{Path.GetDirectoryName(path)} is not an artefact: {Path.GetFileName(path)} is missing.", e);
        }

        try
        {
            return JsonSerializer.Deserialize(bytes, type) ?? throw new InvalidDataException($"{path} is null, expected an object.");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new InvalidDataException($"{path} is not valid: {e.Message}", e);
        }
    }
}
