# stem
# fair 0.5
def get_resnet_features(image_file):
    result = process_input(image_file)
    for name, layer in resnet.named_children():
        result = layer(result)
        if name == "layer4":
            break
        return result
