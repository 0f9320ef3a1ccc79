namespace Recsys.Inference.Artefacts;

/// <summary>Size and checksum of one file of an artefact.</summary>
public sealed record ArtefactFile
{
    /// <summary>Size in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>SHA-256 of the file, 64 lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }
}
